"""Ask one check of one subject: stored cases, fixed cases, drawn cases, waivers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from conformance.asking.decided import is_own
from conformance.asking.exploration import Exploration, Found, failure_of
from conformance.asking.listed import examples_of, small
from conformance.asking.remote.died import EndedFromOutside, SubjectDied
from conformance.asking.search import draw, shrink_drawn
from conformance.asking.seen import about_waiver
from conformance.asking.smallest import Again, report
from conformance.case import Case
from conformance.checks import Check, checks_of
from conformance.contract import Contract, ContractMistake
from conformance.events.events import CheckFinished, Failure, LeftOut
from conformance.events.finding import Kind
from conformance.events.request import Profile
from conformance.events.verdict import NotSupported, SubjectUnsupported, Verdict
from conformance.execution.bench import Bench
from conformance.execution.later import LATER
from conformance.inputs.captured import is_captured, problem_of
from conformance.inputs.fit import fits
from conformance.policy.waivers import Waiver

MOST_FAILURES = 12
"""Distinct findings of one check that are reported."""
MOST_WAIVED = 24
"""Waived findings of one check that are reported."""


def explore(
    check: Check,
    bench: Bench,
    profile: Profile,
    seed: int,
    stored: Sequence[Case] = (),
    waivers: Sequence[Waiver] = (),
    started: Callable[[Case, int], None] = lambda case, number: None,
    heard: Found = lambda failure: None,
) -> CheckFinished:
    """The verdict of a check, with every distinct finding.

    ``started`` hears of every case before it runs, ``heard`` of every finding as soon as it is
    there. ``waivers`` are those that concern this check of this subject on this device. Never
    raises for what a subject does; exceptions of the suite itself become ERROR. A mistake of the
    contract is no verdict: it is raised.
    """
    begin = monotonic()
    if lack := check.lacks(bench.contract):
        return CheckFinished(check.id, check.question, Verdict.UNSUPPORTED, reason=lack)
    # Where nothing is drawn there is an end anyway.
    further = profile.further_seconds if check.drawn else float("inf")
    state = Exploration(check, bench, waivers, started, further, heard)
    reason, verdict, undecided = "", None, False
    try:
        _ask_all(state, profile, seed, stored)
        state.settle()
    except NotSupported as error:
        verdict, reason = Verdict.UNSUPPORTED, str(error)
        undecided = isinstance(error, SubjectUnsupported)
    except ContractMistake as mistake:
        raise mistake.within(bench.contract.name) from None
    except Exception as error:  # the suite's own fault must never look like the subject's
        verdict, reason = Verdict.ERROR, f"{type(error).__name__}: {error}"
    state.findings.settle()
    state.patient = any(seen.finding.cause == LATER for _, seen in state.findings.failing())
    failures = report(
        state, MOST_FAILURES, profile.shrink_seconds, _again(check, bench.contract, profile, seed)
    )
    count = len(list(state.findings.failing()))
    if count > len(failures):
        reason = f"{count - len(failures)} further findings are not shown"
    if state.complete:
        failures += [_unmatched(waiver) for waiver in state.unmatched()]
    waived = [failure_of(seen) for seen in state.findings.waived()]
    if failures:
        verdict = Verdict.FAIL
        died = [f.finding.message for f in failures if f.finding.kind is Kind.DIED]
        reason = "; ".join(filter(None, [*died[:1], reason]))
    elif verdict is None:
        verdict = Verdict.WAIVED if waived else Verdict.PASS
    if state.no_room and not reason:
        reason = f"{len(state.no_room)} not asked: {state.no_room[0]}"
    if verdict is Verdict.PASS and not state.cases:
        verdict = Verdict.UNSUPPORTED if state.no_room else Verdict.NOT_RUN
        reason = reason or "the profile leaves no case"
    state.end()
    if len(waived) > MOST_WAIVED and not reason:
        reason = f"{len(waived)} findings are waived, {MOST_WAIVED} of them shown"
    reason = "; ".join(filter(None, [reason, *bench.remarks.take(), state.gathered.reason]))
    return CheckFinished(
        check.id,
        check.question,
        verdict,
        state.cases,
        monotonic() - begin,
        reason,
        (*failures, *waived[:MOST_WAIVED]),
        {why: tuple(lines) for why, lines in state.left_out.items()},
        asked=tuple(state.used),
        undecided=undecided,
        needs=state.gathered.needs,
        case_seconds=tuple(state.seconds.values()),
        budget_used=_by_output(state.used),
    )


def _by_output(used: Mapping[str, Mapping[str, float]]) -> dict[str, tuple[float | None, ...]]:
    """What cases use of the budget of each output, in their order; None where it was not judged."""
    names = dict.fromkeys(name for shares in used.values() for name in shares)
    return {name: tuple(shares.get(name) for shares in used.values()) for name in names}


def _unmatched(waiver: Waiver) -> Failure:
    note = f"waiver {waiver.id} matches no case that ran: remove or mend it"
    return Failure("", (about_waiver(note, waiver.id),))


def _again(check: Check, contract: Contract, profile: Profile, seed: int) -> Again | None:
    if check.drawn is None:
        return None
    strategy, examples = check.drawn(contract), examples_of(check, contract, profile)
    return lambda first, fails, seconds: shrink_drawn(
        first, strategy, fails, examples, seed, seconds
    )


def _ask_all(state: Exploration, profile: Profile, seed: int, stored: Sequence[Case]) -> None:
    """Stored, fixed and drawn cases; after a first failure as many as there is time for."""
    check, contract = state.check, state.bench.contract
    always = [replace(case, seed=seed) for case in check.always(contract)]
    fixed = [replace(case, seed=seed) for case in check.fixed(contract)]
    fixed = [case for case in fixed if case not in always]
    if check.gathered is not None:
        always += _gathered(state, profile, seed)
    fitting = [case for case in fixed if contract.elements(case.axes) <= profile.largest]
    larger = [case for case in fixed if contract.elements(case.axes) > profile.largest]
    state.leave_out(larger, LeftOut.PROFILE)
    known = [case for case in stored if case.check == check.id]
    unfit = [c for c in known if not _fits(c, state.bench) or check.misfit(contract, c)]
    state.waiting.extend(case for case in known if case not in unfit)
    state.waiting.extend([*fitting, *always])
    state.leave_out(unfit, LeftOut.UNFIT)
    while state.waiting:
        if state.is_over:
            return
        state.ask(state.waiting.popleft())
    examples = examples_of(check, contract, profile)
    if check.drawn is not None and examples:

        def take(case: Case) -> bool:
            if state.is_over:
                return False
            state.drawn.add(str(case))
            state.ask(case)
            return True

        if not draw(check.drawn(contract), take, examples, seed):
            return
    state.complete = True
    if state.gathered.undecided:
        raise NotSupported(state.gathered.undecided)


def _fits(case: Case, bench: Bench) -> bool:
    """Whether a kept case can still be built."""
    if is_captured(case):
        return problem_of(bench.contract, case, bench.captured) is None
    return fits(case, bench.contract)


def _gathered(state: Exploration, profile: Profile, seed: int) -> list[Case]:
    """The cases of a check that looks at what all others ask."""
    bench = state.bench
    asked = [
        replace(case, seed=seed)
        for check in checks_of(bench.contract)
        if check.lacks(bench.contract) is None
        for case in (
            *check.always(bench.contract),
            *small(check.fixed(bench.contract), bench.contract, profile),
        )
    ]
    assert state.check.gathered is not None
    try:
        state.gathered = state.check.gathered(bench, asked, state.started)
    except SubjectDied as death:
        bench.late.forget()
        if not is_own(death):
            raise EndedFromOutside(f"the subject's process {death.told}") from None
        state.died(death)
    return state.gathered.cases
