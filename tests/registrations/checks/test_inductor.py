"""The checks that compile say the same where inductor compiles too."""

import pytest
from conformance_kernels.dishonest import FAULTS

from .asked import answers

INDUCTOR = ("aot_eager", "inductor")
COMPILING = {"compiled", "unused", "merged", "moved"}


@pytest.mark.parametrize("name", ["in-place", "scalars", "float8"])
def test_a_right_operator_is_right_with_inductor(name):
    found = answers(name, INDUCTOR)
    assert {check: answer.findings for check, answer in found.items() if answer.findings} == {}
    assert {check for check in COMPILING if found[check].decided} >= {"compiled", "merged", "moved"}


@pytest.mark.parametrize("name", ["other-when-compiled", "remembers-its-result"])
def test_a_lie_is_found_with_inductor(name):
    found = answers(name, INDUCTOR)
    assert {check for check, answer in found.items() if answer.findings} == set(
        FAULTS[name].caught_by
    )
