"""Checks asked of the toy operator, right or wrong."""

from conformance.asking.explore import explore
from conformance.checks import find_check
from conformance.events.request import Profile

from ..stateful.toy import CONTRACT, append, bench

PROFILE = Profile("test", "", examples=10, largest=5000, shrink_seconds=0.5)


def asked(check, function=append, contract=CONTRACT):
    """What comes of a check of a function."""
    return explore(find_check(check), bench(function, contract), PROFILE, seed=1)


def failure(check, function, contract=CONTRACT):
    """The case of the first failure, and its first finding."""
    found = asked(check, function, contract).failures[0]
    return found.case, found.findings[0]


def lines(check, contract=CONTRACT):
    """The fixed cases of a check, as lines."""
    return [str(case) for case in find_check(check).fixed(contract)]
