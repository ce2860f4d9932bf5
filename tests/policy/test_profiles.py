"""Profiles are data, ordered by effort."""

from itertools import pairwise

import pytest

from conformance.checks import CHECKS, SLOW_DEVICE_CHECKS
from conformance.policy.profiles import profile, profiles


def test_the_profiles_that_ship_grow_in_effort():
    asking_all = {name: each for name, each in profiles().items() if not each.checks}
    efforts = [(p.examples, p.largest, p.shrink_seconds) for p in asking_all.values()]
    assert list(asking_all) == ["quick", "gate", "qualify"]
    for less, more in pairwise(efforts):
        assert all(a < b for a, b in zip(less, more, strict=True))


def test_every_profile_says_what_it_is_for_and_names_known_checks():
    for each in profiles().values():
        assert each.summary
        assert set(each.checks) <= {check.id for check in (*CHECKS, *SLOW_DEVICE_CHECKS)}


def test_what_asks_one_check_says_which():
    named = {name: each.checks for name, each in profiles().items() if each.checks}
    assert named == {"sanitize": ("sanitizer",)}


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(
        ValueError, match="no profile 'fast'; known: quick, gate, qualify, sanitize"
    ):
        profile("fast")
