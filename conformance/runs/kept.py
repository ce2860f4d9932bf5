"""What a run takes over into the store of failing cases."""

from datetime import date

from conformance.case import Case
from conformance.events.events import CheckFinished
from conformance.events.finding import Kind
from conformance.events.loading import LOAD
from conformance.events.verdict import Verdict
from conformance.policy.stored import NOTHING_KEPT, Store, StoreTrouble
from conformance.runs.plan import AnySession, Checks, Plan

_TOLD = (Verdict.PASS, Verdict.FAIL, Verdict.WAIVED)
"""Verdicts of checks that told what came of the cases that were asked."""


class KeptCases:
    """The store as one run uses it. Trouble with it is noted, and ends the use, not the run."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.troubles: list[str] = []

    def settle(self, event: CheckFinished, plan: Plan, session: AnySession) -> None:
        """Take the failing cases of a check over into the store, and those out that pass again.

        After loading, see whether the store can be read at all: if not, no kept case is asked.
        """
        if session.ready is None or not isinstance(plan.asks, Checks):
            return
        contract, subject = session.ready.contract, session.ready.subject
        if event.check == LOAD:
            if trouble := self._store.trouble(contract):
                self._end(f"{trouble}; no kept case is asked, and none is kept")
            return
        if event.verdict not in _TOLD:
            return
        failing = [
            (Case.parse(failure.case), failure.finding)
            for failure in event.failures
            if failure.case and failure.waiver is None and failure.finding.kind is not Kind.WAIVER
        ]
        contract = failing[0][0].contract if failing else contract
        today, device = date.today().isoformat(), plan.request.device
        try:
            self._store.settle(contract, event.check, subject, event.asked, failing, today, device)
        except StoreTrouble as trouble:
            self._end(f"{trouble}; from check {event.check} on no case is kept")

    def _end(self, trouble: str) -> None:
        self.troubles.append(trouble)
        self._store = NOTHING_KEPT
