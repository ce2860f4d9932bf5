"""A session in this very process, for callables that no other process could import."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from conformance.asking.runner import Asker
from conformance.case import CaseError
from conformance.catalogue.devices import DeviceUnavailable
from conformance.catalogue.objects import SubjectBroken, SubjectNotFound
from conformance.catalogue.operators import ContractBroken
from conformance.contract import ContractMistake, Operator
from conformance.events.events import CheckFinished, Event, Failure, Ready
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.policy.waivers import WaiverError
from conformance.runs.session import LOAD, LOAD_QUESTION, UsageError
from conformance.subjects.released import SubjectUnavailable


class HereSession:
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
        self._asker: Asker | None = None
        self.ready: Ready | None = None

    def __enter__(self) -> "HereSession":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._asker = None

    def load(self) -> CheckFinished:
        """Load the subject. Raises :class:`UsageError`."""
        begin = monotonic()
        verdict, reason = Verdict.PASS, ""
        failures: tuple[Failure, ...] = ()
        try:
            self._asker = Asker(
                self._request, self._emit, function=self._function, operator=self._operator
            )
        except (SubjectNotFound, ContractBroken, ContractMistake, CaseError, WaiverError) as error:
            raise UsageError(str(error)) from error
        except (SubjectUnavailable, DeviceUnavailable) as error:
            verdict, reason = Verdict.UNSUPPORTED, str(error)
        except SubjectBroken as error:
            verdict, reason = Verdict.FAIL, str(error)
            finding = {"about": "subject", "message": "cannot be loaded", "got": reason}
            failures = (Failure("", (finding,)),)
        else:
            self.ready = self._asker.ready()
            self._emit(self.ready)
        seconds = monotonic() - begin
        return CheckFinished(LOAD, LOAD_QUESTION, verdict, 0, seconds, reason, failures)

    def ask(self, check: str, question: str) -> CheckFinished:
        """The verdict of a check."""
        assert self._asker is not None, "load comes first"
        return self._asker.ask(check)

    def replay(self, check: str, question: str, line: str) -> CheckFinished:
        """The verdict of one case."""
        assert self._asker is not None, "load comes first"
        return self._asker.replay(line)
