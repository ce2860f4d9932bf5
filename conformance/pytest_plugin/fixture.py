"""What the fixture ``conformance_check`` gives to a test."""

import warnings
from typing import Any

import pytest

from conformance import api
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict
from conformance.pytest_plugin.failing import check_text, failed_run
from conformance.pytest_plugin.outcome import VERDICT
from conformance.pytest_plugin.parametrized import SharedRun, shared_run
from conformance.pytest_plugin.raised import ConformanceWarning
from conformance.pytest_plugin.said import check_options, said_for

NOT_GIVEN: Any = object()


class Checker:
    """Asks subjects for one test. See the fixture ``conformance_check``."""

    def __init__(self, node: pytest.Item, said: dict[str, Any]) -> None:
        self._node = node
        self._said = said

    def __repr__(self) -> str:
        return "conformance_check"

    def __call__(
        self, operator: Any = NOT_GIVEN, subject: Any = NOT_GIVEN, **options: Any
    ) -> api.Report:
        """Ask, and raise an ``AssertionError`` if the subject is not conformant, or if nothing
        can be decided of it and ``unsupported_ok`` is not said.

        Arguments and further errors as for :func:`conformance.check`.
        """
        __tracebackhide__ = True
        check_options(options)
        said = {**self._said, **options}
        given = {"operator": operator, "subject": subject}
        said |= {name: value for name, value in given.items() if value is not NOT_GIVEN}
        if "operator" not in said:
            raise TypeError("say which operator: conformance_check(OPERATOR, SUBJECT)")
        allowed = said.pop("unsupported_ok", False)
        report = api.check(**said)
        self._node.user_properties += [
            (VERDICT, str(report.verdict)),
            ("conformance seed", str(report.seed)),
        ]
        for event in report.checks:
            if event.verdict is Verdict.FAIL and event.severity is Severity.WARN:
                warnings.warn(ConformanceWarning(check_text(event)), stacklevel=2)
        if report.conformant or (allowed and report.verdict is Verdict.UNSUPPORTED):
            return report
        raise failed_run(report)


class OneCheck:
    """Asks the check of which a test is an item."""

    def __init__(self, run: SharedRun, node: pytest.Item, check: str) -> None:
        self._run = run
        self._node = node
        self._check = check

    def __repr__(self) -> str:
        return f"conformance_check of {self._check}"

    def __call__(self) -> None:
        """Ask it: what comes of it is the outcome of the test."""
        __tracebackhide__ = True
        self._run.judge(self._node, self._check)


def checker(request: pytest.FixtureRequest, seed: int) -> Checker | OneCheck:
    """What a test asks with."""
    node = request.node
    assert isinstance(node, pytest.Item)
    check = getattr(request, "param", None)
    said = said_for(node, seed)
    if check is None:
        return Checker(node, said)
    return OneCheck(shared_run(node, said), node, str(check))
