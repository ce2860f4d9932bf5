"""The verdict of a check, from its cases."""

from dataclasses import replace

import pytest

from conformance.asking.explore import MOST_FAILURES, explore
from conformance.case import Case
from conformance.contract import ContractMistake
from conformance.events.events import LeftOut
from conformance.events.finding import Finding
from conformance.events.verdict import NoRoom, NotSupported, Verdict

from .toy import BENCH, HASTY, PROFILE, WRONG, case, explored, raises, toy_check, wrong_if

MISTAKE = ContractMistake("double", "reference", "wrong shape")


def test_a_check_passes_if_every_case_does():
    event = explored(wrong_if(lambda size: False), fixed=(1, 2), drawn=True)
    assert (event.verdict, event.failures) == (Verdict.PASS, ())
    assert event.cases > 2


def test_a_failing_case_is_reported_small_with_what_is_wrong():
    event = explored(wrong_if(lambda size: size >= 7), fixed=(64,), drawn=True)
    assert event.verdict is Verdict.FAIL
    assert [f.case for f in event.failures] == ["double@toy@N=7,x=float32/normal/dense,seed=0"]
    assert event.failures[0].findings == (Finding("y", "is wrong"),)


def test_a_failure_among_drawn_cases_is_found_too():
    event = explored(wrong_if(lambda size: size == 13), drawn=True, profile=replace(
        PROFILE, examples=300))  # fmt: skip
    assert "N=13," in event.failures[0].case


def test_cases_of_a_check_that_draws_nothing_are_reported_as_they_are():
    event = explored(wrong_if(lambda size: size > 3), fixed=(2, 5, 3, 7))
    assert [(f.case.split(",")[0], f.cases) for f in event.failures] == [("double@toy@N=5", 2)]


def test_a_check_that_draws_nothing_may_have_its_cases_made_smaller():
    check = toy_check(wrong_if(lambda size: size > 3), fixed=(64,), listed_shrink=True)
    event = explore(check, BENCH, PROFILE, 1)
    assert [f.case.split(",")[0] for f in event.failures] == ["double@toy@N=4"]


def test_reported_failures_have_an_end():
    event = explored(lambda case: [Finding(f"y{case.axes['N']}", "is wrong")], fixed=range(50))
    assert len(event.failures) == MOST_FAILURES
    assert event.reason == f"{50 - MOST_FAILURES} further findings are not shown"


@pytest.mark.parametrize("drawn", [False, True])
def test_an_exception_of_the_harness_is_an_error_and_no_failure(drawn):
    event = explored(raises(RuntimeError("the oracle broke")), fixed=(4,), drawn=drawn)
    assert (event.verdict, event.failures) == (Verdict.ERROR, ())
    assert event.reason == "RuntimeError: the oracle broke"


@pytest.mark.parametrize("drawn", [False, True])
def test_what_the_device_cannot_run_is_unsupported_with_the_reason(drawn):
    event = explored(raises(NotSupported("no inline assembly")), fixed=(4,), drawn=drawn)
    assert (event.verdict, event.failures) == (Verdict.UNSUPPORTED, ())
    assert event.reason == "no inline assembly"


@pytest.mark.parametrize("trouble", [RuntimeError("broke"), NotSupported("no")])
def test_trouble_while_shrinking_does_not_hide_the_failure(trouble):
    def decide(case):
        if case.axes["N"] < 5:
            raise trouble
        return [WRONG]

    event = explored(decide, fixed=(64,), drawn=True)
    assert (event.verdict, event.reason) == (Verdict.FAIL, "")
    assert "N=5," in event.failures[0].case


def test_a_question_that_makes_no_sense_is_unsupported():
    check = toy_check(raises(AssertionError()), fixed=(4,), lacks=lambda contract: "no selection")
    event = explore(check, BENCH, PROFILE, 1)
    assert (event.verdict, event.reason) == (Verdict.UNSUPPORTED, "no selection")


def test_a_check_without_a_case_was_not_run():
    assert explored(raises(AssertionError())).verdict is Verdict.NOT_RUN


def sizes_of(lines):
    return [Case.parse(line).axes["N"] for line in lines]


def test_larger_cases_are_left_out_and_counted():
    sizes = []
    event = explored(lambda case: sizes.append(case.axes["N"]) or [], fixed=(1, 100, 101, 1000))
    assert (sizes, event.verdict) == ([1, 100], Verdict.PASS)
    assert sizes_of(event.left_out[LeftOut.PROFILE]) == [101, 1000]


@pytest.mark.parametrize("drawn", [False, True])
def test_cases_that_a_verdict_made_needless_are_left_out(drawn):
    event = explored(raises(NotSupported("no")), fixed=(1, 2, 3, 2), drawn=drawn)
    assert sizes_of(event.left_out[LeftOut.ENDED]) == [2, 3, 2]
    event = explored(wrong_if(lambda size: size == 1), fixed=(1, 2, 1), drawn=True, profile=HASTY)
    assert sizes_of(event.left_out[LeftOut.ENDED]) == [2]


def test_a_check_that_asked_everything_leaves_nothing_out():
    assert explored(wrong_if(lambda size: False), fixed=(1, 2), drawn=True).left_out == {}


@pytest.mark.parametrize("fixed", [(4,), ()])
def test_a_mistake_of_the_contract_is_raised_and_is_no_verdict(fixed):
    with pytest.raises(ContractMistake, match="wrong shape"):
        explored(raises(MISTAKE), fixed=fixed, drawn=True)


@pytest.mark.parametrize("fixed", [(64,), ()])
def test_a_mistake_of_the_contract_that_shows_while_shrinking_is_raised(fixed):
    def decide(case):
        if case.axes["N"] < 5:
            raise MISTAKE
        return [WRONG]

    with pytest.raises(ContractMistake):
        explored(decide, fixed=fixed, drawn=True)


def roomy(most):
    def decide(case):
        if case.axes["N"] > most:
            raise NoRoom("no room for 9.0 GiB")
        return []

    return decide


def test_a_case_that_the_device_cannot_hold_is_no_verdict_about_the_others():
    event = explored(roomy(3), fixed=(1, 4, 2, 5))
    assert (event.verdict, event.cases) == (Verdict.PASS, 2)
    assert event.reason == "2 not asked: no room for 9.0 GiB"
    assert sizes_of(event.left_out[LeftOut.NO_ROOM]) == [4, 5]


def test_a_failure_counts_whatever_else_the_device_cannot_hold():
    def decide(case):
        return [WRONG] if case.axes["N"] == 2 else roomy(3)(case)

    event = explored(decide, fixed=(4, 2))
    assert (event.verdict, len(event.failures)) == (Verdict.FAIL, 1)


def test_a_check_of_which_the_device_can_hold_nothing_is_unsupported():
    event = explored(roomy(0), fixed=(1, 4))
    assert (event.verdict, event.cases) == (Verdict.UNSUPPORTED, 0)
    assert "no room" in event.reason


def test_stored_cases_run_first_whatever_their_size():
    lines = []
    kept = [case(1000), case(3)]
    explored(lambda case: lines.append(str(case)) or [], fixed=(2,), stored=kept)
    assert lines[:2] == [str(c) for c in kept] and len(lines) == 3


@pytest.mark.parametrize(
    "other",
    [
        case(check="another"),
        case(1001),
        replace(case(), axes={"M": 4}),
        replace(case(), tensors={}),
        case().with_tensor("x", values="a-pattern-that-was-renamed"),
    ],
)
def test_stored_cases_of_other_checks_and_of_older_contracts_are_passed_over(other):
    event = explored(wrong_if(lambda size: True), stored=[other])
    assert (event.verdict, event.cases) == (Verdict.NOT_RUN, 0)
    unfit = (str(other),) if other.check == "toy" else ()
    assert event.left_out.get(LeftOut.UNFIT, ()) == unfit


def test_fixed_cases_get_the_seed_of_the_run():
    event = explored(wrong_if(lambda size: True), fixed=(4,))
    assert event.failures[0].case.endswith("seed=1")


def test_a_subject_that_fails_once_is_reported_as_not_repeatable():
    answers = iter([[WRONG]] + [[]] * 1000)
    event = explored(lambda case: next(answers), fixed=(4,))
    assert event.verdict is Verdict.FAIL
    findings = event.failures[0].findings
    assert [finding.about for finding in findings] == ["y", "case"]
    assert findings[1].message.endswith("the subject is not repeatable")


def test_whoever_listens_hears_of_a_case_before_it_runs():
    heard = []

    def decide(case):
        assert heard[-1][0] == case
        return [Finding("y", "is wrong")]

    explored(decide, fixed=(4, 5), started=lambda case, number: heard.append((case, number)))
    assert [number for _, number in heard] == [1, 2, 2]
