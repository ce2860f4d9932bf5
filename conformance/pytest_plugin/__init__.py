"""The checks as pytest items: ``pytest --conformance-subject my_kernel.py:route``."""

from pathlib import Path
from typing import Any

import pytest

from conformance.catalogue.devices import parse_device
from conformance.catalogue.objects import SubjectNotFound
from conformance.catalogue.operators import members
from conformance.events.loading import UsageError
from conformance.events.request import check_given, check_seed
from conformance.policy.profiles import profile
from conformance.pytest_plugin.interrupts import Interrupts
from conformance.pytest_plugin.items import SubjectCollector
from conformance.pytest_plugin.settings import settings_of
from conformance.pytest_plugin.undecided import Undecided
from conformance.runs.names import check_names, check_waivers
from conformance.runs.plan import new_seed

SEED = "conformance seed"
"""The key under which the processes of pytest-xdist get it."""
_SEED = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "conformance of custom kernels")
    add = group.addoption
    add(
        "--conformance-operator",
        default="gemma4_routing",
        metavar="NAME",
        help="the operator whose contract is asked, or a family of them (default: %(default)s)",
    )
    add(
        "--conformance-subject",
        action="append",
        default=[],
        metavar="S",
        help="a subject to judge, as for 'conformance check --subject'; repeatable",
    )
    add(
        "--conformance-setting",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what else is said of the subjects, as router=ours for 'conformance check --router "
        "ours'; repeatable",
    )
    add("--conformance-profile", default="gate", metavar="NAME", help="quick, gate or qualify")
    add("--conformance-device", default="cpu", metavar="NAME", help="cpu, cuda, xpu, cuda:1, …")
    add("--conformance-seed", type=int, default=None, metavar="N", help="seed of the draws")
    add(
        "--conformance-waivers",
        action="append",
        default=[],
        metavar="FILE",
        help="a further TOML file of waivers; repeatable",
    )
    add(
        "--conformance-no-shipped-waivers",
        action="store_true",
        help="leave out the waivers that ship with the suite: what they cover fails",
    )
    add(
        "--conformance-unsupported-ok",
        action="store_true",
        help="do not fail if nothing can be decided of a subject; the summary still says so",
    )


def pytest_configure(config: pytest.Config) -> None:
    option = config.option
    if not option.conformance_subject:
        return
    try:
        profile(option.conformance_profile)
        parse_device(option.conformance_device)
        for text in option.conformance_waivers:
            check_given("--conformance-waivers", text)
        paths = map(Path, option.conformance_waivers)
        check_waivers(paths, not option.conformance_no_shipped_waivers)
        check_seed(option.conformance_seed or 0)
        settings_of(option.conformance_setting)
    except (ValueError, SubjectNotFound, UsageError) as error:
        raise pytest.UsageError(f"conformance: {error}") from error
    given = option.conformance_seed
    if hasattr(config, "workerinput"):  # a process of pytest-xdist: others judge the session
        config.stash[_SEED] = config.workerinput[SEED]
        return
    config.stash[_SEED] = new_seed() if given is None else given
    if not option.collectonly:
        allowed = option.conformance_unsupported_ok
        config.pluginmanager.register(Undecided(option.conformance_subject, allowed))
    if getattr(option, "dist", "no") != "no":
        # The subjects are in processes below those of pytest-xdist, which this one ends.
        interrupts = Interrupts()
        interrupts.begin()
        config.add_cleanup(interrupts.end)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a process of pytest-xdist the seed that the header shows."""
    if _SEED in node.config.stash:
        node.workerinput[SEED] = node.config.stash[_SEED]


def pytest_report_header(config: pytest.Config) -> list[str]:
    if not config.option.conformance_subject:
        return []
    option = config.option
    return [
        f"conformance: {option.conformance_operator}, profile {option.conformance_profile}, "
        f"device {option.conformance_device}, seed {config.stash[_SEED]}"
    ]


def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the subjects' items to whatever else was collected."""
    if not config.option.conformance_subject:
        return
    operators = members(config.option.conformance_operator)
    for subject in dict.fromkeys(config.option.conformance_subject):
        try:
            said = settings_of(config.option.conformance_setting)
            check_names(operators, subject, (), said)
        except UsageError as error:
            raise pytest.UsageError(f"conformance: {error}") from error
        for operator in operators:
            name = subject if len(operators) == 1 else f"{operator} {subject}"
            collector = SubjectCollector.from_parent(
                session,
                name=name,
                nodeid=f"conformance::{name}",
                operator=operator,
                subject=subject,
                seed=config.stash[_SEED],
            )
            items.extend(collector.collect())
