"""Which cases a check asks in a profile, before any of them is asked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from conformance.asking.search import draw
from conformance.case import Case
from conformance.checks import Check, checks_of
from conformance.contract import Contract
from conformance.events.request import Profile

CHECKS_IN_FULL = 12
"""Checks that a contract can have with a profile's full number of examples for each."""


def examples_of(check: Check, contract: Contract, profile: Profile) -> int:
    """How many cases of a check are drawn.

    A profile is an effort for an operator: the more it can be asked, the less of each.
    """
    known = checks_of(contract)
    applicable = sum(each.effort > 0 and each.lacks(contract) is None for each in known)
    share = min(1.0, CHECKS_IN_FULL / applicable)
    return round(profile.examples * check.effort * share)


def small(cases: Iterable[Case], contract: Contract, profile: Profile) -> list[Case]:
    """The cases that are not larger than the profile allows."""
    return [case for case in cases if contract.elements(case.axes) <= profile.largest]


def asked_cases(check: Check, contract: Contract, profile: Profile, seed: int) -> Iterator[Case]:
    """The listed and the drawn cases of a check whose subject answers all of them rightly.

    Drawing follows from contract and seed alone, so that these are the cases that the check draws.
    """
    if check.lacks(contract) is not None:
        return
    for case in (*check.always(contract), *small(check.fixed(contract), contract, profile)):
        yield replace(case, seed=seed)
    examples = examples_of(check, contract, profile)
    if check.drawn is not None and examples:
        drawn: list[Case] = []

        def take(case: Case) -> bool:
            drawn.append(case)
            return True

        draw(check.drawn(contract), take, examples, seed)
        yield from drawn
