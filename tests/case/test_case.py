"""A case is one line, and the line is the case."""

import shlex

import pytest
from conformance_kernels.gemma4_routing.contract import CONTRACT
from hypothesis import given, settings
from hypothesis.strategies import lists, sampled_from, text

from conformance.case import Case, CaseError, TensorSpec
from conformance.checks import CHECKS
from conformance.inputs.draw import cases
from conformance.inputs.fit import misfit
from conformance.inputs.patterns import PATTERNS
from conformance.inputs.selection_patterns import SELECTION_PATTERNS
from conformance.inputs.usual import usual_case

EVERYTHING = cases(
    CONTRACT,
    "values",
    values={"gating": tuple(SELECTION_PATTERNS), "per_expert_scale": tuple(PATTERNS)},
    layouts=True,
    options={"call": ("topk=0", "topk-breaks-1")},
)


@settings(derandomize=True, deadline=None)
@given(EVERYTHING)
def test_a_line_reads_back_as_the_same_case(case):
    assert Case.parse(str(case)) == case


@settings(derandomize=True, deadline=None)
@given(EVERYTHING)
def test_drawn_cases_keep_their_contract_and_stay_small(case):
    assert CONTRACT.allows(case.axes)
    assert CONTRACT.elements(case.axes) <= 1 << 14


def test_a_line_is_one_word_to_a_shell_unless_it_compares():
    assert shlex.split(str(usual_case(CONTRACT, "values"))) == [str(usual_case(CONTRACT, "values"))]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nonsense", "CONTRACT@CHECK@"),
        ("a@b@T=1", "needs its seed"),
        ("a@b@T=y,seed=1", "'T=y' is no part"),
        ("a@b@gating=float32/normal,seed=1", "is no part"),
    ],
)
def test_what_is_no_case_is_refused_with_the_reason(line, complaint):
    with pytest.raises(CaseError, match=complaint):
        Case.parse(line)


def test_words_that_would_break_the_line_are_refused():
    with pytest.raises(CaseError, match="cannot be written"):
        Case("c", "k", {}, {"x": TensorSpec("float32", "a,b")})


def test_every_fixed_case_of_every_check_fits_the_contract_and_its_own_line():
    for check in CHECKS:
        if check.lacks(CONTRACT):
            continue
        listed = list(check.fixed(CONTRACT))
        assert listed or check.gathered, check.id
        for case in listed:
            assert case.check == check.id
            assert CONTRACT.allows(case.axes), case
            assert Case.parse(str(case)) == case


def test_waiver_filters_see_axes_options_and_tensors():
    case = usual_case(CONTRACT, "arguments", T=3).with_options(call="topk=0")
    names = case.names()
    assert (names["T"], names["call"], names["gating_dtype"]) == (3, "topk=0", "float32")


LINE = "c@values@T=1,x=float32/normal/dense,flag:on,seed=1"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (LINE + ",y:" + "a" * 100_000, "at most 16384 characters; got 10005[0-9]"),
        (LINE.replace("T=1", "T=" + "9" * 4000), "T='9+…': a size is at most 1099511627776"),
        (LINE.replace("T=1", "T=1099511627777"), "a size is at most"),
        (LINE.replace("T=1", "T=-99999999999999"), "a size is at most"),
        (LINE.replace("T=1", "T=2x" + "9" * 30), "a size is at most"),
        (LINE.replace("T=1", "T=" + "x".join("1" * 17)), "T has more than 16 leading dimensions"),
        (LINE.replace("T=1", "T=" + "1x" * 5000), "T has more than 16 leading dimensions"),
        (LINE.replace("seed=1", "seed=" + "9" * 9000), "a seed has at most 63 bits"),
        (LINE.replace("seed=1", f"seed={1 << 63}"), "a seed has at most 63 bits"),
        (LINE + ",T=2", "a case says T twice"),
        (LINE + ",x=none", "a case says x twice"),
        (LINE + ",flag:off", "a case says flag twice"),
        (LINE + ",seed=2", "a case says seed twice"),
        (LINE.replace("T=1", "T=\u0663"), "is no part of a case"),
        (LINE.replace("c@", "os:abort()@"), "'os:abort[(][)]' is the name of no contract"),
        (LINE.replace("c@", "/path/file.py:OP@"), "'/path/file.py:OP' is the name of no contract"),
        (LINE.replace("values@", "val ues@"), "is the name of no check"),
        (LINE.replace("on", "on\x1b[31m"), "cannot be written in a case"),
        (LINE.replace("T=1", "T=NaN"), "is no part of a case"),
    ],
    ids=range(19),
)
def test_a_line_beyond_the_limits_is_refused_before_anything_is_made_of_it(line, complaint):
    with pytest.raises(CaseError, match=complaint) as caught:
        Case.parse(line)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("largest", ["T=1099511627776", "T=" + "x".join(["1099511627776"] * 16)])
def test_the_limits_themselves_are_allowed(largest):
    line = LINE.replace("T=1", largest)
    assert str(Case.parse(line)) == line


PIECES = sampled_from([*"@@@,,==::x/-0919ab", "T=", "seed=1", "none", "\n", "\x1b"])


@settings(derandomize=True, max_examples=500, deadline=2000)
@given(text() | lists(PIECES).map("".join))
def test_any_text_is_a_case_that_prints_itself_or_is_refused(line):
    try:
        case = Case.parse(line)
    except CaseError:
        return
    assert Case.parse(str(case)) == case and str(case).isprintable()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"T": 1 << 36, "E": 8, "K": 2}, "a tensor of 549755813888 elements; 8589934592 are"),
        ({"T": 1 << 40, "E": 1 << 40, "K": 1}, "outside the limits of gemma4_routing"),
    ],
)
def test_a_case_of_too_many_elements_does_not_fit(changes, complaint):
    assert complaint in misfit(usual_case(CONTRACT, "values", **changes), CONTRACT)


@pytest.mark.parametrize("options", [{"step": "99999999999999999999"}, {"undefined": "full"}])
def test_words_of_the_suite_that_it_does_not_know_do_not_fit(options):
    case = usual_case(CONTRACT, "values")
    assert misfit(case, CONTRACT) is None
    assert misfit(case.with_options(**options), CONTRACT)
