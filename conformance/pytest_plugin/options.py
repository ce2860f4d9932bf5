"""The options of the plugin. Reading them imports nothing."""

from typing import Any

import pytest


def add_options(parser: pytest.Parser) -> None:
    """Everything that ``pytest --help`` shows of the plugin."""
    group = parser.getgroup("conformance", "conformance of custom kernels")
    add = group.addoption

    def repeatable(option: str, metavar: str, text: str) -> None:
        add(option, action="append", default=[], metavar=metavar, help=f"{text}; repeatable")

    add(
        "--conformance",
        action="store_true",
        help="ask what the configuration names: [tool.conformance] or conformance.toml",
    )
    repeatable(
        "--conformance-operator",
        "NAME",
        "the operator whose contract is asked, a family of them, or FILE.py:NAME of a contract "
        "(default with --conformance-subject: gemma4_routing)",
    )
    repeatable(
        "--conformance-subject",
        "S",
        "a subject to judge, as for 'conformance check --subject' (default with "
        "--conformance-operator: the operator's own)",
    )
    repeatable("--conformance-device", "NAME", "cpu (default), cuda, xpu, cuda:1, …")
    add("--conformance-profile", default=None, metavar="NAME",
        help="quick, gate (default), qualify or sanitize")  # fmt: skip
    repeatable("--conformance-check", "ID", "only this check")
    repeatable("--conformance-skip", "ID", "not this check; its item is skipped and says so")
    repeatable(
        "--conformance-severity",
        "ID=LEVEL",
        "what a failure of a check decides: deny (the default), warn (told as a warning, fails "
        "nothing) or off (not asked)",
    )
    add("--conformance-seed", type=int, default=None, metavar="N",
        help="seed of the draws (default: a new one, shown in the header)")  # fmt: skip
    repeatable(
        "--conformance-setting",
        "NAME=VALUE",
        "what else is said of the subjects, as router=ours for 'conformance check --router ours'",
    )
    repeatable("--conformance-waivers", "FILE", "a further TOML file of waivers")
    add(
        "--conformance-no-shipped-waivers",
        action="store_true",
        help="leave out the waivers that ship with the suite: what they cover fails",
    )
    add(
        "--conformance-store",
        default=None,
        metavar="DIR",
        help="where failing cases are kept, to be asked first the next time (default: "
        ".conformance/cases; nowhere with -p no:cacheprovider)",
    )
    add("--conformance-no-store", action="store_true", help="keep no cases")
    add(
        "--conformance-unsupported-ok",
        action="store_true",
        help="do not fail if nothing can be decided of a subject; the summary still says so",
    )


def asks_something(option: Any) -> bool:
    """Whether the options ask for items of the suite's own."""
    return bool(option.conformance or option.conformance_subject or option.conformance_operator)
