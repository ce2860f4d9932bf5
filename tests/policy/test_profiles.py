"""Profiles are data, ordered by effort."""

from itertools import pairwise

import pytest

from conformance.checks import CHECKS
from conformance.policy.profiles import profile, profiles


def test_the_profiles_that_ship_grow_in_effort():
    efforts = [(p.examples, p.largest, p.shrink_seconds) for p in profiles().values()]
    assert list(profiles()) == ["quick", "gate", "qualify"]
    for less, more in pairwise(efforts):
        assert all(a < b for a, b in zip(less, more, strict=True))


def test_every_profile_says_what_it_is_for_and_names_known_checks():
    for each in profiles().values():
        assert each.summary
        assert set(each.checks) <= {check.id for check in CHECKS}


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="no profile 'fast'; known: quick, gate, qualify"):
        profile("fast")
