"""Every distinct finding of a check with a smallest case of its own."""

from collections.abc import Callable
from functools import partial
from itertools import islice
from time import monotonic

from conformance.asking.exploration import Exploration, failure_of, not_repeatable
from conformance.asking.neighbours import neighbours
from conformance.asking.seen import Key, Seen
from conformance.asking.shrink import minimise
from conformance.case import Case
from conformance.contract import Contract
from conformance.events.events import Failure
from conformance.events.finding import Finding, Kind

MOST_NEIGHBOURS = 40
"""Neighbours of a smallest case that are asked at most."""
LOOK_AROUND = 0.3
"""The part of the time for making a finding smaller that asking its neighbours may take as well."""
Again = Callable[[Case, Callable[[Case], bool], float], Case | None]
"""Shrinks a drawn case as it was drawn; None if it cannot."""


def report(
    state: Exploration, most: int, seconds: float, shrink_drawn: Again | None = None
) -> list[Failure]:
    """The findings that nobody answers for, at most ``most``, each as small as it could be made.

    They share ``seconds``, and as many again to ask their cases once more. Where nothing is drawn
    (``shrink_drawn`` is None), cases stay as listed unless the check lets them be made smaller.
    """
    end = monotonic() + seconds
    done: dict[Key, list[Finding]] = {}
    asked_again: dict[str, list[Finding] | None] = {}
    while len(done) < most:
        # Shrinking one finding may come across another.
        waiting = [(key, seen) for key, seen in state.findings.failing() if key not in done]
        if not waiting:
            break
        key, seen = waiting[0]
        shrinks = shrink_drawn is not None or state.check.listed_shrink
        if shrinks and seen.finding.kind is not Kind.DIED:
            share = (end - monotonic()) / min(len(waiting), most - len(done))
            seen.smaller = _smallest(state, key, seen, share, shrink_drawn)
            seen.finding = state.finding(key, seen.smaller)
            state.heard(failure_of(seen))
            if not done:
                _look_around(state, key, seen.smaller, share * LOOK_AROUND)
        # To ask them all again may take long; the first is always asked.
        late = bool(asked_again) and monotonic() >= end + seconds
        done[key] = [] if late else _remarks(state, key, seen, asked_again)
    # Made last: cases that made one finding smaller may show another one too.
    return [failure_of(state.findings[key], *remarks) for key, remarks in done.items()]


def _smallest(
    state: Exploration, key: Key, seen: Seen, seconds: float, shrink_drawn: Again | None
) -> Case:
    shows = partial(state.shows, key)
    contract, keep = state.bench.contract, state.check.own_words
    if seen.smaller is not None:
        return minimise(seen.smaller, contract, shows, seconds, keep)
    first = next(iter(seen.cases.values()))
    if shrink_drawn is not None and str(first) in state.drawn:
        again = shrink_drawn(first, shows, seconds)
        if again is not None:
            return again
    return minimise(_least(contract, seen), contract, shows, seconds, keep)


def _look_around(state: Exploration, key: Key, case: Case, seconds: float) -> None:
    """Ask neighbours of the smallest case: whether they show the finding tells its condition.

    Not for contracts of engines, where a case may take seconds.
    """
    contract = state.bench.contract
    if contract.asks != "kernel":
        return
    end = monotonic() + seconds
    for neighbour in islice(neighbours(case, contract), MOST_NEIGHBOURS):
        if monotonic() >= end:
            return
        state.shows(key, neighbour)


def _least(contract: Contract, seen: Seen) -> Case:
    return min(seen.cases.values(), key=lambda case: contract.elements(case.axes))


def _remarks(
    state: Exploration, key: Key, seen: Seen, asked_again: dict[str, list[Finding] | None]
) -> list[Finding]:
    """What there is to say of the case: whether it shows the same when it is asked again."""
    if seen.finding.kind in (Kind.WAIVER, Kind.DIED):
        return []  # to die again may take as long as a limit
    case = seen.smaller or next(iter(seen.cases.values()))
    if str(case) not in asked_again:
        asked_again[str(case)] = state.again(case)
    now = asked_again[str(case)]
    if now is None or key[0] in [finding.identity for finding in now]:
        return []
    return [not_repeatable(now)]
