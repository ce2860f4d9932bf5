"""A case is one line, and the line is the case."""

import shlex

import pytest
from conformance_kernels.gemma4_routing.contract import CONTRACT
from hypothesis import given, settings

from conformance.case import Case, CaseError, TensorSpec
from conformance.checks import CHECKS
from conformance.inputs.draw import cases
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
