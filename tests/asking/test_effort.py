"""How much of a check is asked: the profile's limits, the check's own effort, what fits."""

from dataclasses import replace

import pytest

from conformance.asking.explore import explore
from conformance.events.events import LeftOut
from conformance.events.verdict import Verdict

from ..stateful.toy import CONTRACT as STATEFUL
from .toy import BENCH, PROFILE, case, toy_check


def asked(profile=PROFILE, fixed=(), drawn=True, stored=(), bench=BENCH, seed=1, **fields):
    """The event, and the cases that were asked in order."""
    cases = []

    def decide(case):
        cases.append(case)
        return []

    check = replace(toy_check(decide, fixed, drawn), **fields)
    return explore(check, bench, profile, seed, stored), cases


def sizes(cases):
    return [case.axes["N"] for case in cases]


def test_a_case_as_large_as_the_profile_allows_is_asked_and_no_larger_one():
    event, cases = asked(fixed=(100, 101, 3), drawn=False)
    assert sizes(cases) == [100, 3]
    (line,) = event.left_out[LeftOut.PROFILE]
    assert "N=101," in line
    assert (event.verdict, event.cases) == (Verdict.PASS, 2)


@pytest.mark.parametrize(("effort", "most"), [(1.0, 20), (0.5, 10), (0.25, 5), (0.1, 2)])
def test_a_check_draws_its_part_of_the_examples(effort, most):
    _, cases = asked(effort=effort)
    assert most // 2 < len(cases) <= most


def test_a_check_draws_more_where_the_profile_says_so():
    _, cases = asked(replace(PROFILE, examples=80))
    assert 40 < len(cases) <= 80


def test_a_check_without_examples_asks_what_it_lists():
    event, cases = asked(replace(PROFILE, examples=0), fixed=(2, 5))
    assert sizes(cases) == [2, 5] and event.verdict is Verdict.PASS


def test_an_operator_that_can_be_asked_more_checks_is_asked_less_of_each():
    many = replace(PROFILE, examples=90)
    _, of_one_with_few = asked(many)
    _, of_one_with_many = asked(many, bench=replace(BENCH, contract=STATEFUL))
    assert 80 < len(of_one_with_few) <= 90
    assert 50 < len(of_one_with_many) < 80


def test_a_kept_case_that_is_none_of_the_check_s_is_left_out_with_the_reason():
    def misfit(contract, case):
        return "odd" if case.axes["N"] % 2 else None

    stored = (case(7), case(8), case(9, check="other"), case(2000), case(500))
    event, cases = asked(stored=stored, fixed=(2,), drawn=False, misfit=misfit)
    assert sizes(cases) == [8, 500, 2]
    left = [line.partition("N=")[2].partition(",")[0] for line in event.left_out[LeftOut.UNFIT]]
    assert left == ["7", "2000"]


def test_another_seed_draws_other_cases_and_the_same_one_the_same():
    lines = [[str(each) for each in asked(seed=seed)[1]] for seed in (1, 1, 2)]
    assert lines[0] == lines[1] != lines[2]
