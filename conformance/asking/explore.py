"""Ask one check of one subject: stored cases, fixed cases, drawn cases, waivers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from time import monotonic

from conformance.asking.exploration import Exploration
from conformance.asking.search import search
from conformance.asking.shrink import minimise
from conformance.case import Case
from conformance.checks import CHECKS, Check
from conformance.contract import Contract, ContractMistake
from conformance.events.events import CheckFinished, LeftOut
from conformance.events.request import Profile
from conformance.events.verdict import NotSupported, Verdict
from conformance.execution.bench import Bench
from conformance.inputs.fit import fits
from conformance.policy.waivers import Waiver

CHECKS_IN_FULL = 12
"""Checks that a contract can have with a profile's full number of examples for each."""
MOST_FAILURES = 12
"""Failures of one check that are reported."""
MOST_WAIVED = 24
"""Waived failures of one check that are reported."""


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
    what a subject does; exceptions of the suite itself become ERROR. A mistake of the contract is
    no verdict: it is raised.
    """
    begin = monotonic()
    if lack := check.lacks(bench.contract):
        return CheckFinished(check.id, check.question, Verdict.UNSUPPORTED, reason=lack)
    state = Exploration(check, bench, waivers, started)
    reason, verdict = "", None
    try:
        _ask_all(state, profile, seed, stored)
    except NotSupported as error:
        verdict, reason = Verdict.UNSUPPORTED, str(error)
    except ContractMistake as mistake:
        raise mistake.within(bench.contract.name) from None
    except Exception as error:  # the suite's own fault must never look like the subject's
        verdict, reason = Verdict.ERROR, f"{type(error).__name__}: {error}"
    if state.complete:
        state.record_unmatched()
    if state.failures:
        verdict = Verdict.FAIL
    elif verdict is None:
        verdict = Verdict.WAIVED if state.waived else Verdict.PASS
    if state.no_room and not reason:
        reason = f"{len(state.no_room)} not asked: {state.no_room[0]}"
    if verdict is Verdict.PASS and not state.cases:
        verdict = Verdict.UNSUPPORTED if state.no_room else Verdict.NOT_RUN
        reason = reason or "the profile leaves no case"
    state.end()
    reason = "; ".join(filter(None, [reason, state.gathered.reason]))
    if len(state.waived) > MOST_WAIVED:
        reason = f"{len(state.waived)} cases are waived, {MOST_WAIVED} of them shown"
    return CheckFinished(
        check.id,
        check.question,
        verdict,
        state.cases,
        monotonic() - begin,
        reason,
        (*state.failures, *state.waived[:MOST_WAIVED]),
        {why: tuple(lines) for why, lines in state.left_out.items()},
        needs=state.gathered.needs,
    )


def _share(contract: Contract) -> float:
    """The part of a profile's examples that each check of a contract gets.

    A profile is an effort for an operator: the more it can be asked, the less of each.
    """
    applicable = sum(check.effort > 0 and check.lacks(contract) is None for check in CHECKS)
    return min(1.0, CHECKS_IN_FULL / applicable)


def _ask_all(state: Exploration, profile: Profile, seed: int, stored: Sequence[Case]) -> None:
    """Stored, fixed and drawn cases, until one fails."""
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
    unfit = [c for c in known if not fits(c, contract) or check.misfit(contract, c)]
    state.waiting.extend(case for case in known if case not in unfit)
    state.waiting.extend([*fitting, *always])
    state.leave_out(unfit, LeftOut.UNFIT)
    while state.waiting:
        case = state.waiting.popleft()
        if not state.fails(case):
            continue
        if check.drawn is None:
            state.record(case)
            if len(state.failures) >= MOST_FAILURES:
                return
        else:
            state.record(minimise(case, contract, state.fails_too, profile.shrink_seconds))
            return
    examples = round(profile.examples * check.effort * _share(contract))
    if check.drawn is not None and examples:
        found = search(check.drawn(contract), state.fails, examples, seed, profile.shrink_seconds)
        if found is not None:
            state.record(found)
            return
    state.complete = True


def _gathered(state: Exploration, profile: Profile, seed: int) -> list[Case]:
    """The cases of a check that looks at what all others ask."""
    bench = state.bench
    asked = [
        replace(case, seed=seed)
        for check in CHECKS
        if check.lacks(bench.contract) is None
        for case in (
            *check.always(bench.contract),
            *_small(check.fixed(bench.contract), bench, profile),
        )
    ]
    assert state.check.gathered is not None
    state.gathered = state.check.gathered(bench, asked, state.started)
    return state.gathered.cases


def _small(cases: Iterable[Case], bench: Bench, profile: Profile) -> list[Case]:
    return [case for case in cases if bench.contract.elements(case.axes) <= profile.largest]
