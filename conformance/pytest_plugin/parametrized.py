"""A test of one's own as several items, one for each check: the marker names what is judged."""

import re
from typing import Any

import pytest

from conformance import api
from conformance.contract import Contract, Operator
from conformance.events.loading import LOAD
from conformance.pytest_plugin.asked import checks_of_kind, listed_for
from conformance.pytest_plugin.outcome import end_run, judge
from conformance.pytest_plugin.running import StepwiseRun
from conformance.pytest_plugin.said import MARKER, said_for

FIXTURE = "conformance_check"
_RUNS = pytest.StashKey[dict[int, "SharedRun"]]()


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Make an item of each check, if a marker of the test names an operator and a subject."""
    mark = _naming(metafunc.definition)
    if mark is None:
        return
    said = said_for(metafunc.definition, 0)
    ids = [LOAD, *_wanted(said)]
    marks = []
    if metafunc.config.pluginmanager.hasplugin("xdist"):
        group = re.sub(r"[\[\]@]", "_", metafunc.definition.nodeid)
        marks.append(pytest.mark.xdist_group(group))
    metafunc.parametrize(
        FIXTURE, [pytest.param(id_, id=id_, marks=marks) for id_ in ids], indirect=True
    )


def _naming(node: pytest.Item) -> pytest.Mark | None:
    """The nearest marker that names an operator and a subject."""
    for mark in node.iter_markers(MARKER):
        operator = next(iter(mark.args), None)
        both = len(mark.args) > 1 or "subject" in mark.kwargs
        if both and isinstance(operator, str | Contract | Operator):
            return mark
    return None


def _wanted(said: dict[str, Any]) -> list[str]:
    said.pop("unsupported_ok", None)
    plan, _ = api.planned(**said)
    wanted = plan.asked_ids or plan.request.profile.checks
    operator = said["operator"]
    if isinstance(operator, str):
        known = listed_for(plan)
    else:
        contract = operator if isinstance(operator, Contract) else operator.contract
        known = checks_of_kind(contract.asks)
    return [check.id for check in known if not wanted or check.id in wanted]


def shared_run(node: pytest.Item, said: dict[str, Any]) -> "SharedRun":
    """The run that the items of a marker share, until pytest leaves their module."""
    mark = _naming(node)
    module = node.getparent(pytest.Module) or node.session
    runs = module.stash.setdefault(_RUNS, {})
    if id(mark) not in runs:
        run = SharedRun(said)
        runs[id(mark)] = run

        def close() -> None:
            runs.pop(id(mark)).close(node.config)

        module.addfinalizer(close)
    return runs[id(mark)]


class SharedRun:
    """The run of a subject that several items share."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._allowed = bool(said.pop("unsupported_ok", False))
        self._plan, opens = api.planned(**said)
        self._run = StepwiseRun(self._plan, opens)

    def judge(self, node: pytest.Item, check: str) -> None:
        """Ask a check for an item; what comes of it is the outcome of the item."""
        __tracebackhide__ = True
        event = self._run.answer(check, "")
        request = self._plan.request
        judge(node, event, request, request.operator, self._allowed)

    def close(self, config: pytest.Config) -> None:
        """End it, with its processes."""
        end_run(config, self._run)
