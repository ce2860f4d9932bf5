"""A session in this very process, for callables that no other process could import."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from conformance.asking.opened import Opens, opened_here
from conformance.asking.runner import SubjectRunner
from conformance.contract import ContractMistake, Operator
from conformance.events.events import CheckFinished, Event, Ready
from conformance.events.loading import (
    LOAD,
    LOAD_QUESTION,
    REFUSALS,
    USAGE,
    UsageError,
    refusal_of,
    refused,
)
from conformance.events.request import Request
from conformance.events.verdict import Verdict


class InProcessSession:
    """Like :class:`~conformance.runs.session.Session`, without limits and without isolation."""

    def __init__(
        self,
        request: Request,
        emit: Callable[[Event], None],
        operator: Operator | None,
        function: Callable[..., Any] | None,
    ) -> None:
        self._request = request
        self._emit = emit
        self._operator = operator
        self._function = function
        self._runner: SubjectRunner | None = None
        self.ready: Ready | None = None

    def __enter__(self) -> "InProcessSession":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        builder = getattr(self._runner and self._runner.bench.device, "builder", None)
        if builder is not None:
            builder.stop()
        self._runner = None

    def load(self) -> CheckFinished:
        """Load the subject. Raises :class:`UsageError`.

        What no subject is blamed for, such as a loader that is wrong, is raised as it is.
        """
        begin = monotonic()
        try:
            opens = self._opens()
            self._runner = SubjectRunner(self._request, self._emit, opens, self._operator)
            self.ready = self._runner.ready()
        except Exception as error:
            name = refusal_of(error)
            if name not in REFUSALS and name not in USAGE:
                raise
            return refused(name, str(error), monotonic() - begin)
        self._emit(self.ready)
        return CheckFinished(LOAD, LOAD_QUESTION, Verdict.PASS, seconds=monotonic() - begin)

    def _opens(self) -> Opens:
        return opened_here(self._function)

    def ask(self, check: str, question: str) -> CheckFinished:
        """The verdict of a check. Raises :class:`UsageError` for a mistake of the contract."""
        return self._answer(lambda runner: runner.ask(check))

    def examine(self, aspect: str, question: str) -> CheckFinished:
        """The verdict of an aspect of the operator."""
        return self._answer(lambda runner: runner.examine(aspect))

    def replay(self, check: str, question: str, line: str) -> CheckFinished:
        """The verdict of one case."""
        return self._answer(lambda runner: runner.replay(line))

    def _answer(self, order: Callable[[SubjectRunner], CheckFinished]) -> CheckFinished:
        assert self._runner is not None, "load comes first"
        try:
            return order(self._runner)
        except ContractMistake as error:
            raise UsageError(str(error)) from error
