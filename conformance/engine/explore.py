"""Ask one check of one subject: stored cases, fixed cases, drawn cases, waivers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from time import monotonic

from conformance.case import Case
from conformance.checks import Check
from conformance.engine.events import CheckFinished, Failure
from conformance.engine.minimise import minimise
from conformance.engine.search import search
from conformance.judge.finding import Finding
from conformance.profiles import Profile
from conformance.run.bench import Bench, NotSupported
from conformance.verdict import Verdict
from conformance.waivers import Waiver

MOST_FAILURES = 12
"""Failures of one check that are reported."""


@dataclass
class _Exploration:
    check: Check
    bench: Bench
    waivers: Sequence[Waiver]
    started: Callable[[Case, int], None]
    cases: int = 0
    failures: list[Failure] = field(default_factory=list)
    waived: list[Failure] = field(default_factory=list)
    matched: set[str] = field(default_factory=set)
    findings: dict[str, list[Finding]] = field(default_factory=dict)

    def fails(self, case: Case) -> bool:
        """Run a case; whether it fails without a waiver that covers it."""
        self.cases += 1
        self.started(case, self.cases)
        found = self.check.decide(self.bench, case)
        self.findings[str(case)] = found
        waiver = next((w for w in self.waivers if w.covers(case)), None)
        if waiver is None:
            return bool(found)
        self.matched.add(waiver.id)
        if not found:
            note = f"passes, but waiver {waiver.id} says that it fails: remove the waiver"
            self.findings[str(case)] = [Finding("waiver", note)]
            return True
        if waiver.expires < date.today():
            note = f"waiver {waiver.id} expired on {waiver.expires}"
            self.findings[str(case)] = [Finding("waiver", note), *found]
            return True
        self.waived.append(_failure(case, found, waiver.id))
        return False

    def record(self, case: Case) -> None:
        """Keep a failing case; asked anew if its findings are not at hand."""
        found = self.findings.get(str(case)) or self.check.decide(self.bench, case)
        if not found:
            note = "failed once and passed when asked again: the subject is not repeatable"
            found = [Finding("case", note)]
        self.failures.append(_failure(case, found))


def _failure(case: Case, findings: Iterable[Finding], waiver: str | None = None) -> Failure:
    return Failure(str(case), tuple(finding.as_dict() for finding in findings), waiver)


def explore(
    check: Check,
    bench: Bench,
    profile: Profile,
    seed: int,
    stored: Sequence[Case] = (),
    waivers: Sequence[Waiver] = (),
    started: Callable[[Case, int], None] = lambda case, number: None,
) -> CheckFinished:
    """The verdict of a check. ``started`` hears of every case before it runs.

    ``waivers`` are those that concern this check of this subject on this device. Never raises for
    what a subject does; exceptions of the suite itself become ERROR.
    """
    begin = monotonic()
    if lack := check.lacks(bench.contract):
        return CheckFinished(check.id, check.question, Verdict.UNSUPPORTED, reason=lack)
    state = _Exploration(check, bench, waivers, started)
    left_out = 0
    reason, verdict = "", None
    try:
        left_out = _ask_all(state, profile, seed, stored)
    except NotSupported as error:
        verdict, reason = Verdict.UNSUPPORTED, str(error)
    except Exception as error:  # the suite's own fault must never look like the subject's
        verdict, reason = Verdict.ERROR, f"{type(error).__name__}: {error}"
    if verdict is None:
        for waiver in waivers:
            if waiver.id not in state.matched:
                note = f"waiver {waiver.id} matches no case that ran: remove or mend it"
                state.failures.append(Failure("", (Finding("waiver", note).as_dict(),)))
        verdict = Verdict.WAIVED if state.waived else Verdict.PASS
    if state.failures:
        verdict = Verdict.FAIL
    if verdict is Verdict.PASS and not state.cases:
        verdict, reason = Verdict.NOT_RUN, "the profile leaves no case"
    return CheckFinished(
        check.id, check.question, verdict, state.cases, monotonic() - begin, reason,
        (*state.failures, *state.waived), left_out,
    )  # fmt: skip


def _ask_all(state: _Exploration, profile: Profile, seed: int, stored: Sequence[Case]) -> int:
    """Stored, fixed and drawn cases until one fails; the number of fixed ones left out."""
    check, contract = state.check, state.bench.contract
    fixed = [replace(case, seed=seed) for case in check.fixed(contract)]
    fitting = [case for case in fixed if contract.elements(case.axes) <= profile.largest]
    known = [c for c in stored if c.check == check.id and contract.allows(c.axes)]
    for case in (*known, *fitting):
        if state.fails(case):
            if check.drawn is None:
                state.record(case)
            else:
                state.record(minimise(case, contract, state.fails, profile.shrink_seconds))
            if check.drawn is not None or len(state.failures) >= MOST_FAILURES:
                return len(fixed) - len(fitting)
    examples = round(profile.examples * check.effort)
    if check.drawn is not None and examples:
        case = search(
            check.drawn(contract), state.fails, examples, seed, profile.shrink_seconds
        )
        if case is not None:
            state.record(case)
    return len(fixed) - len(fitting)
