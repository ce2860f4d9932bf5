"""What is known of one check while it goes on: cases asked, failures, waivers that matched."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from conformance.case import Case
from conformance.checks.check import Check, Gathered
from conformance.contract import ContractMistake
from conformance.events.events import Failure, LeftOut
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NoRoom
from conformance.execution.bench import Bench
from conformance.policy.waivers import Waiver

NOT_REPEATABLE = Finding(
    "case",
    "passes when it is asked again: the subject is not repeatable",
    kind=Kind.NOT_REPEATABLE,
)


@dataclass
class Exploration:
    """A check of a subject under way. ``started`` hears of every case before it runs."""

    check: Check
    bench: Bench
    waivers: Sequence[Waiver]
    started: Callable[[Case, int], None]
    cases: int = 0
    failures: list[Failure] = field(default_factory=list)
    waived: list[Failure] = field(default_factory=list)
    waiting: deque[Case] = field(default_factory=deque)
    """Stored and fixed cases whose turn has not come."""
    left_out: dict[LeftOut, list[str]] = field(default_factory=dict)
    """Lines of cases that are not asked, by the reason."""
    no_room: list[str] = field(default_factory=list)
    """Why the device could not hold some cases."""
    gathered: Gathered = field(default_factory=lambda: Gathered([]))
    """What a check that looks at all others has gathered."""
    complete: bool = False
    """Whether every case was asked that there was to ask."""
    _matched: set[str] = field(default_factory=set)
    _findings: dict[str, list[Finding]] = field(default_factory=dict)

    def fails(self, case: Case) -> bool:
        """Run a case; whether it fails without a waiver that covers it.

        A case that the device cannot hold does not fail; it is left out.
        """
        self.cases += 1
        try:
            found = self._decide(case)
        except NoRoom as lack:
            self.cases -= 1
            self.no_room.append(str(lack))
            self.leave_out([case], LeftOut.NO_ROOM)
            return False
        self._findings[str(case)] = found
        covering = self._covering(case)
        if not covering:
            return bool(found)
        waiver = max(covering, key=lambda waiver: waiver.expires)
        if not found:
            note = f"passes, but waiver {waiver.id} says that it fails: remove the waiver"
            self._findings[str(case)] = [_about_waiver(note)]
            return True
        if waiver.expires < date.today():
            note = f"waiver {waiver.id} expired on {waiver.expires}"
            self._findings[str(case)] = [_about_waiver(note), *found]
            return True
        self.waived.append(Failure(str(case), tuple(found), waiver.id))
        return False

    def fails_too(self, case: Case) -> bool:
        """Like :meth:`fails`, for a simpler case than one that failed: trouble in it is no news."""
        try:
            return self.fails(case)
        except ContractMistake:
            raise
        except Exception:
            return False

    def leave_out(self, cases: Iterable[Case], why: LeftOut) -> None:
        """Note cases that are not asked. A waiver that covers one of them counts as matched."""
        for case in cases:
            self.left_out.setdefault(why, []).append(str(case))
            self._covering(case)

    def end(self) -> None:
        """Leave out the cases whose turn has not come, those aside that were asked already."""
        waiting = [case for case in self.waiting if str(case) not in self._findings]
        if waiting:
            self.leave_out(waiting, LeftOut.ENDED)

    def record(self, case: Case) -> None:
        """Keep a case that failed, and say so if it passes when it is asked again."""
        found = self._findings[str(case)]
        own = any(finding.kind is not Kind.WAIVER for finding in found)
        if own and not self._decide(case):
            found = [*found, NOT_REPEATABLE]
        self.failures.append(Failure(str(case), tuple(found)))

    def record_unmatched(self) -> None:
        """Keep a failure for every waiver that covers no case."""
        for waiver in self.waivers:
            if waiver.id not in self._matched:
                note = f"waiver {waiver.id} matches no case that ran: remove or mend it"
                self.failures.append(Failure("", (_about_waiver(note),)))

    def _decide(self, case: Case) -> list[Finding]:
        self.started(case, self.cases)
        return self.check.decide(self.bench, case)

    def _covering(self, case: Case) -> list[Waiver]:
        covering = [waiver for waiver in self.waivers if waiver.covers(case)]
        self._matched.update(waiver.id for waiver in covering)
        return covering


def _about_waiver(message: str) -> Finding:
    return Finding("waiver", message, kind=Kind.WAIVER)
