"""What is known of one check while it goes on: cases asked, findings, waivers that matched."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from conformance.asking.decided import decided, finding_of, settled
from conformance.asking.remote.died import SubjectDied
from conformance.asking.seen import Findings, Key, Seen, keyed
from conformance.case import Case
from conformance.checks.check import Check, Gathered
from conformance.contract import ContractMistake
from conformance.events.events import Failure, LeftOut
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NoRoom
from conformance.execution.bench import Bench
from conformance.policy.waivers import Waiver

Found = Callable[[Failure], None]
MOST_DEATHS = 2
"""Deaths of the subject's process after which a check is over: each may take as long as a limit."""


def not_repeatable(now: Sequence[Finding]) -> Finding:
    """What is said of a finding that is not there when its case is asked again."""
    what = "shows something else" if now else "passes"
    message = f"{what} when it is asked again: the subject is not repeatable"
    return Finding("case", message, kind=Kind.NOT_REPEATABLE)


@dataclass
class Exploration:
    """A check of a subject under way.

    ``started`` hears of every case before it runs, ``heard`` of every finding at once, so that it
    is not lost if the subject ends the process. ``further`` are the seconds that go on after the
    first failure.
    """

    check: Check
    bench: Bench
    waivers: Sequence[Waiver]
    started: Callable[[Case, int], None]
    further: float = float("inf")
    heard: Found = lambda failure: None
    cases: int = 0
    waiting: deque[Case] = field(default_factory=deque)
    """Stored and fixed cases whose turn has not come."""
    left_out: dict[LeftOut, list[str]] = field(default_factory=dict)
    """Lines of cases that are not asked, by the reason."""
    no_room: list[str] = field(default_factory=list)
    """Why the device could not hold some cases."""
    drawn: set[str] = field(default_factory=set)
    """Lines of the cases that were drawn."""
    gathered: Gathered = field(default_factory=lambda: Gathered([]))
    """What a check that looks at all others has gathered."""
    complete: bool = False
    """Whether every case was asked that there was to ask."""
    end_at: float = float("inf")
    """When, after a first failure, no further case is asked."""
    patient: bool = False
    """Whether each case waits for what comes of its results later."""
    failed: bool = False
    """Whether there is a finding that nobody answers for."""
    used: dict[str, dict[str, float]] = field(default_factory=dict)
    """How much of its budget each output uses, by the lines of cases."""
    seconds: dict[str, float] = field(default_factory=dict)
    """How long cases took when they were asked first, by their lines."""

    def __post_init__(self) -> None:
        self.findings = Findings(self.waivers)
        self._known: dict[str, list[Finding]] = {}
        self._matched: set[str] = set()
        self._deaths = 0
        self._last: Case | None = None

    @property
    def is_over(self) -> bool:
        """Whether the time is over that further cases have after a failure."""
        return self.failed and monotonic() >= self.end_at

    def ask(self, case: Case) -> None:
        """Run a listed or drawn case and keep what it shows.

        A case that the device cannot hold does not fail; it is left out. Exceptions pass through
        until a case has failed; after that, they must not hide the failure.
        """
        if str(case) in self._known:
            return
        self._match(case)
        try:
            found = self._asked(case)
        except NoRoom as lack:
            self.no_room.append(str(lack))
            self.leave_out([case], LeftOut.NO_ROOM)
            return
        except ContractMistake:
            raise
        except Exception:
            if not self.failed:
                raise
            return
        self._found(case, found)
        self._hear(self.bench.late.take())

    def _hear(self, late: Iterable[tuple[Case, Finding]]) -> None:
        """Take over what came of results that were looked at again, of whichever case."""
        for case, finding in late:
            self._known.setdefault(str(case), []).append(finding)
            self._found(case, [finding])

    def settle(self) -> None:
        """Wait for what may still come of results. Raises ``EndedFromOutside``."""
        if self._last is not None:
            self._hear(settled(self.bench, self._last))

    def died(self, death: SubjectDied) -> None:
        """The subject ended its process while it was gathered what cases launch."""
        if death.case is None:
            raise RuntimeError(f"the subject's process {death.told}, while kernels were built")
        self._found(Case.parse(death.case), [finding_of(death)])

    def shows(self, key: Key, case: Case) -> bool:
        """Whether a simpler case shows the same finding; trouble in it is no news.

        What else it shows is kept: it may be another fault.
        """
        try:
            found = self._asked(case)
        except ContractMistake:
            raise
        except Exception:
            self._known[str(case)] = found = []
        for other in self.findings.add(case, found, listed=False):
            self.heard(failure_of(self.findings[other]))
        return key in keyed(case, found, self.waivers)

    def finding(self, key: Key, case: Case) -> Finding:
        """The finding as a case that was asked shows it: the numbers differ from case to case."""
        return keyed(case, self._known[str(case)], self.waivers)[key][0]

    def again(self, case: Case) -> list[Finding] | None:
        """What the case shows when it is asked once more; None if there is trouble."""
        try:
            return self._decide(case)
        except ContractMistake:
            raise
        except Exception:
            return None

    def leave_out(self, cases: Iterable[Case], why: LeftOut) -> None:
        """Note cases that are not asked. A waiver that covers one of them counts as matched."""
        for case in cases:
            self.left_out.setdefault(why, []).append(str(case))
            self._match(case)

    def end(self) -> None:
        """Leave out the cases whose turn has not come, those aside that were asked already."""
        waiting = [case for case in self.waiting if str(case) not in self._known]
        if waiting:
            self.leave_out(waiting, LeftOut.ENDED)

    def unmatched(self) -> list[Waiver]:
        """The waivers that cover no case. Of those for some cases, only the whole run can tell."""
        return [w for w in self.waivers if w.id not in self._matched and not w.some]

    def _found(self, case: Case, found: list[Finding]) -> None:
        for key in self.findings.add(case, found):
            self._fail()
            self.heard(failure_of(self.findings[key]))

    def _fail(self) -> None:
        if not self.failed:
            self.failed, self.end_at = True, monotonic() + self.further

    def _asked(self, case: Case) -> list[Finding]:
        line = str(case)
        if line not in self._known:
            self.cases += 1
            try:
                self._known[line] = self._decide(case)
            except NoRoom:
                self.cases -= 1
                raise
        return self._known[line]

    def _decide(self, case: Case) -> list[Finding]:
        self.started(case, self.cases)
        self._last = case
        self.bench.used.take()  # what is left of a call that nobody waited for
        begin = monotonic()
        found = decided(self.check, self.bench, case)
        self.seconds.setdefault(str(case), round(monotonic() - begin, 5))
        self.used.setdefault(str(case), self.bench.used.take())
        if any(finding.kind is Kind.DIED for finding in found):
            self._deaths += 1
            if self._deaths >= MOST_DEATHS:
                self._fail()
                self.end_at = 0.0
        if self.patient:
            found = found + [finding for _, finding in settled(self.bench, case)]
        return found

    def _match(self, case: Case) -> None:
        self._matched.update(waiver.id for waiver in self.waivers if waiver.covers(case))


def failure_of(seen: Seen, *further: Finding) -> Failure:
    """A finding as it is reported: with its smallest case and the number of all."""
    case = seen.smaller or next(iter(seen.cases.values()))
    waiver = seen.waiver.id if seen.waiver and not seen.fails else None
    findings = (*seen.remarked, *further)
    return Failure(str(case), findings, waiver, max(1, len(seen.cases)), tuple(seen.shown_by))
