"""States are judged bit for bit; a finding tells strays from what was left out or is wrong."""

import pytest
import torch

from conformance.events.finding import Finding, Kind
from conformance.judge.state import judge_state

BEFORE = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
WANTED = torch.tensor([[1.0, 2.0], [7.0, 8.0]])


def changed(tensor, place, value):
    """A copy of the tensor with another value at one place."""
    copy = tensor.clone()
    copy[place] = value
    return copy


def judged(after, before=BEFORE, wanted=WANTED, **more):
    return judge_state("cache", before, after, wanted, **more)


def test_what_is_owed_has_no_finding():
    assert judged(WANTED.clone()) is None


@pytest.mark.parametrize(
    ("after", "message", "got", "wanted", "where"),
    [
        (
            changed(WANTED, (0, 1), 9.0),
            "1 of 4 elements changed that nothing was to be written to",
            "9.0", "2.0", "element [0, 1]",
        ),
        (BEFORE, "2 of 4 elements were not written", "3.0", "7.0", "element [1, 0]"),
        (
            changed(WANTED, (1, 1), 9.0),
            "1 of 4 elements hold something else than was to be written",
            "9.0", "8.0", "element [1, 1]",
        ),
    ],
)  # fmt: skip
def test_strays_omissions_and_wrong_values_are_told_apart(after, message, got, wanted, where):
    assert judged(after) == Finding("cache", message, got, wanted, where, kind=Kind.STATE)


def test_strays_are_told_before_what_is_missing():
    assert "nothing was to be written to" in judged(changed(BEFORE, (0, 0), 5.0)).message


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_one_ulp_is_a_difference_and_so_is_the_sign_of_zero(dtype):
    wanted = torch.tensor([1.0, 0.0], dtype=dtype)
    before = torch.full((2,), 5.0, dtype=dtype)
    near = changed(wanted, 0, 1.0 + torch.finfo(dtype).eps)
    assert judged(near, before, wanted).where == "element [0]"
    negative = changed(wanted, 1, -0.0)
    assert judged(negative, before, wanted).got == "-0.0"


def test_nan_compares_by_its_bits():
    nan = torch.full((2,), float("nan"))
    other = nan.view(torch.int32).bitwise_xor(1).view(torch.float32)
    assert judged(nan.clone(), nan, nan) is None
    assert "nothing was to be written to" in judged(other, nan, nan).message
    assert "were not written" in judged(nan, nan, other).message


def test_open_elements_may_hold_anything():
    after = changed(changed(WANTED, (0, 0), float("nan")), (1, 0), 3.0)
    left = torch.tensor([[True, False], [True, False]])
    assert judged(after) is not None
    assert judged(after, open_elements=left) is None
    assert judged(changed(after, (0, 1), 9.0), open_elements=left).where == "element [0, 1]"


def test_memory_of_any_form_is_compared_element_by_element():
    strided = torch.zeros(2, 4)[:, ::2]
    strided.copy_(WANTED)
    assert judged(strided) is None
    assert judged(changed(WANTED, (1, 0), 0.5).T.contiguous().T).where == "element [1, 0]"
