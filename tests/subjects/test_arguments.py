"""A released function is called with what it takes, made of what a contract gives."""

import pytest
import torch

from conformance.catalogue.objects import SubjectBroken
from conformance.contract import DEFAULT, Constant
from conformance.subjects.arguments import with_arguments

NAMES = ("x", "weight", "eps")


def everything(X, W, eps, mode="llama", *, residual=None):
    return X, W, eps, mode, residual


MAPPING = {
    "X": "x",
    "W": "weight",
    "eps": "eps",
    "mode": Constant("gemma"),
    "residual": Constant(None),
}


def test_arguments_are_renamed_and_constants_added():
    called = with_arguments(everything, MAPPING, NAMES)
    assert called(1, 2, 3) == (1, 2, 3, "gemma", None)


def test_the_order_may_be_another_one():
    called = with_arguments(lambda w, x: (w, x), {"w": "weight", "x": "x"}, NAMES)
    assert called(1, 2, 3) == (2, 1)


def test_a_parameter_may_be_left_to_its_default():
    called = with_arguments(everything, {**MAPPING, "mode": DEFAULT}, NAMES)
    assert called(1, 2, 3) == (1, 2, 3, "llama", None)


@pytest.mark.parametrize("changed", [{"residual": None}, {"further": "x"}])
def test_a_function_with_other_parameters_is_broken(changed):
    mapping = {**MAPPING, **changed}
    mapping = {name: source for name, source in mapping.items() if source is not None}
    with pytest.raises(SubjectBroken, match="it takes X, W, eps, mode, residual; known of it: X"):
        with_arguments(everything, mapping, NAMES)


def test_what_a_caller_leaves_out_at_the_end_is_none():
    called = with_arguments(lambda x, eps: (x, eps), {"x": "x", "eps": "eps"}, NAMES)
    assert called(1, 2) == (1, None)


def test_an_autograd_function_is_called_through_apply():
    class Twice(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor):
            return x * factor

    called = with_arguments(Twice.apply, {"x": "x", "factor": Constant(2)}, NAMES)
    assert called(torch.ones(1), None, None).tolist() == [2.0]


def test_a_call_can_be_bound_once_and_made_often():
    seen = []

    def released(a, b, *, c=3):
        seen.append((a, b, c))
        return a + b

    called = with_arguments(released, {"a": "y", "b": "x", "c": Constant(5)}, ["x", "y"])
    bound = called.bound(1, 2)
    assert seen == [], "nothing runs yet"
    assert bound() == bound() == called(1, 2) == 3
    assert seen == [(2, 1, 5)] * 3
