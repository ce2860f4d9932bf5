"""Functions of a contract are called, and what goes wrong in them is told as the contract's."""

import pytest
import torch

from conformance.judge.called import a_tensor, call

from .contracts import DOUBLE, mistake

ROWS = torch.tensor([[1.0, 5.0, 3.0], [9.0, 7.0, 8.0]], dtype=torch.float64)


def test_an_answer_is_what_the_function_returns():
    assert call(DOUBLE, "field", lambda a, b, c=0: (a, b, c), (1, 2), {"c": 3}) == (1, 2, 3)
    assert call(DOUBLE, "field", lambda a: a, (1,)) == 1


def test_an_exception_is_told_with_the_shapes_of_the_call():
    def raises(*arguments, **keywords):
        raise ZeroDivisionError("by zero")

    assert mistake(call, DOUBLE, "score", raises, (ROWS, 3), {"ids": ROWS[0]}) == (
        "score: raises ZeroDivisionError: by zero; it must answer every call that the contract "
        "allows (here: tensors of (2, 3), (3,))"
    )


@pytest.mark.parametrize("which", [0, 1])
def test_writing_into_an_argument_is_told_whether_by_position_or_keyword(which):
    def writes(a, b):
        (a, b)[which].add_(1)

    given = torch.ones(2), torch.ones(3)
    said = f"f: changes an argument of shape ({which + 2},) in place; clone it first"
    assert mistake(call, DOUBLE, "f", writes, given[:1], {"b": given[1]}) == said
    assert mistake(call, DOUBLE, "f", writes, given) == said


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (
            torch.ones(2, dtype=torch.complex64),
            "complex64, strided tensor on cpu",
        ),
        (
            torch.ones(2).to_sparse(),
            "float32, sparse_coo tensor on cpu",
        ),
        (
            torch.ones(2, device="meta"),
            "float32, strided tensor on meta",
        ),
    ],
)  # fmt: skip
def test_a_tensor_of_real_numbers_on_the_cpu_is_wanted(thing, said):
    wanted = f"f: returns z as {said}; return real numbers, dense on the CPU"
    assert mistake(a_tensor, DOUBLE, "f", "z", thing) == wanted


def test_a_thing_that_is_no_tensor_is_told():
    wanted = "f: returns float for z; return a tensor"
    assert mistake(a_tensor, DOUBLE, "f", "z", 3.0) == wanted


def test_a_tensor_of_real_numbers_is_taken_as_it_is():
    for dtype in (torch.bool, torch.int8, torch.float16):
        tensor = torch.ones(2, dtype=dtype)
        assert a_tensor(DOUBLE, "f", "z", tensor) is tensor
