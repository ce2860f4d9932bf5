"""What many verdicts come to, and the exit code for it."""

from itertools import permutations

import pytest

from conformance.events.verdict import Verdict, exit_code, overall

PASS, FAIL, WAIVED, UNSUPPORTED, NOT_RUN, ERROR = Verdict


@pytest.mark.parametrize(
    ("verdicts", "whole", "code"),
    [
        ([PASS], PASS, 0),
        ([PASS, UNSUPPORTED, NOT_RUN], PASS, 0),
        ([PASS, WAIVED, UNSUPPORTED], WAIVED, 0),
        ([WAIVED, UNSUPPORTED], WAIVED, 0),
        ([FAIL, ERROR, PASS, WAIVED], FAIL, 1),
        ([FAIL, UNSUPPORTED], FAIL, 1),
        ([ERROR, PASS, WAIVED], ERROR, 3),
        ([ERROR, UNSUPPORTED, NOT_RUN], ERROR, 3),
        ([UNSUPPORTED, NOT_RUN], UNSUPPORTED, 3),
        ([NOT_RUN], NOT_RUN, 3),
        ([], NOT_RUN, 3),
    ],
)
def test_the_verdict_of_a_run_whatever_the_order(verdicts, whole, code):
    for order in permutations(verdicts):
        assert overall(order) is whole
    assert exit_code(whole) == code


def test_only_pass_and_waived_are_conformant():
    assert {verdict for verdict in Verdict if exit_code(verdict) == 0} == {PASS, WAIVED}
