"""One round: every plan once, what failed in the last round first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from conformance.events.events import CheckFinished, Event, RunFinished
from conformance.events.loading import LOAD
from conformance.events.verdict import Verdict
from conformance.policy.stored import Store
from conformance.runs.listeners import Listener
from conformance.runs.plan import Checks, Plan
from conformance.runs.run import run, verdict_of
from conformance.runs.shared import SharedSession
from conformance.runs.watching.ready import ReadyJudges

_BAD = (Verdict.FAIL, Verdict.ERROR)
Key = tuple[str, str | None, str]


@dataclass
class Round:
    """What came of a round."""

    verdict: Verdict = Verdict.NOT_RUN
    failed: list[str] = field(default_factory=list)
    """Checks that failed, by their ids."""
    first_seconds: float | None = None
    """Until the first check had a verdict."""
    seconds: float = 0.0
    troubles: tuple[str, ...] = ()
    """What went wrong beside the subjects."""


class Rounds:
    """Asks plans again and again, and remembers what failed."""

    def __init__(self, judges: ReadyJudges, interrupt: Callable[[], None]) -> None:
        self._judges, self._interrupt = judges, interrupt
        self._known: dict[Key, dict[str, Verdict]] = {}

    def ask(self, plans: Sequence[Plan], told: Listener, store: Store) -> Round:
        """Ask every plan. Raises what ``interrupt`` raises, and what :func:`run` raises."""
        begin, found = monotonic(), Round()
        shared = SharedSession(self._judges.take)
        ends: list[RunFinished] = []

        def hear(event: Event) -> None:
            if isinstance(event, CheckFinished) and event.check != LOAD:
                if found.first_seconds is None:
                    found.first_seconds = monotonic() - begin
                    self._judges.prepare()  # beside what is left of this round
                if event.decides in _BAD:
                    found.failed.append(event.check)
            elif isinstance(event, CheckFinished) and event.verdict in _BAD:
                found.failed.append(LOAD)
            self._interrupt()

        try:
            for plan in sorted(plans, key=self._passed):
                ends.append(run(self._ordered(plan), [told, self._noted(plan), hear], store,
                                shared.turned_to))  # fmt: skip
        finally:
            shared.close()
        found.verdict = verdict_of([end.verdict for end in ends], True)
        found.troubles = tuple(dict.fromkeys(text for end in ends for text in end.troubles))
        found.seconds = monotonic() - begin
        found.failed = list(dict.fromkeys(found.failed))
        return found

    def _noted(self, plan: Plan) -> Listener:
        def note(event: Event) -> None:
            if isinstance(event, CheckFinished) and event.check != LOAD:
                self._known.setdefault(_key(plan), {})[event.check] = event.verdict

        return note

    def _passed(self, plan: Plan) -> bool:
        return not any(verdict in _BAD for verdict in self._known.get(_key(plan), {}).values())

    def _ordered(self, plan: Plan) -> Plan:
        """The plan with the checks that failed the last time in front."""
        known = self._known.get(_key(plan), {})
        failed = [check for check, verdict in known.items() if verdict in _BAD]
        if not failed or not isinstance(plan.asks, Checks):
            return plan
        return replace(plan, asks=replace(plan.asks, first=tuple(failed)))


def _key(plan: Plan) -> Key:
    return plan.request.operator, plan.request.subject, plan.request.device
