"""An example becomes a call by the names of the schema, or an error that says what is wrong."""

import pytest
import torch

from conformance.catalogue.objects import SubjectBroken

from .made import NAME, example, implied

SCHEMA = "(Tensor x, Tensor? bias=None, float eps=1e-6, *, int[] sizes) -> Tensor"
X = torch.arange(6.0).view(2, 3)


@pytest.mark.parametrize(
    "value",
    [
        {"x": X, "sizes": [1, 2]},
        lambda: {"x": X, "sizes": [1, 2]},
        {NAME: {"x": X, "sizes": [1, 2]}, "other::op": ()},
        {NAME: lambda: {"x": X, "sizes": [1, 2]}},
    ],
    ids=["dict", "function", "by-operator", "function-by-operator"],
)
def test_an_example_is_a_dict_or_a_function_and_may_be_one_of_many(value):
    assert list(example(value, SCHEMA)) == ["x", "sizes"]


def test_a_tuple_gives_arguments_in_order():
    assert example((X, None, 0.5, [1]), SCHEMA) == {
        "x": X, "bias": None, "eps": 0.5, "sizes": [1],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"x": X, "size": [1]}, "has no argument 'size'; it takes x, bias, eps, sizes"),
        ({"sizes": [1]}, "nothing is given for x"),
        ((X,), "nothing is given for sizes"),
        (7, "is of type int: give a tuple or a dict"),
        (lambda x: (x,), "takes arguments: it must be callable without any"),
        ((X, None, 0.5, [1], 3), "gives 5 arguments"),
    ],
    ids=["unknown", "missing", "too-few", "number", "function-of-something", "too-many"],
)
def test_an_example_that_does_not_fit_says_why(value, message):
    with pytest.raises(SubjectBroken, match=message):
        example(value, SCHEMA)


@pytest.mark.parametrize(
    ("value", "argument"),
    [
        ({"x": [1.0, 2.0], "sizes": [1]}, "x"),
        ({"x": X, "bias": 3, "sizes": [1]}, "bias"),
    ],
    ids=["list", "number"],
)
def test_what_is_no_tensor_is_told_with_the_name_of_the_argument(value, argument):
    with pytest.raises(SubjectBroken, match=f"{argument} of the example is no tensor"):
        implied(value, SCHEMA)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("float", "much"), ("int", 0.5), ("bool", 1), ("str", 1), ("int[]", [1, "2"]),
        ("ScalarType", "float32"), ("float", None), ("float", X), ("Device", 0),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_told_with_the_name_of_the_argument(type_, value):
    with pytest.raises(SubjectBroken, match="what of the example is no "):
        implied({"x": X, "what": value}, f"(Tensor? x, {type_} what) -> Tensor")


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("float", 1), ("SymInt", 2), ("int?", None), ("int[]", (1, 2)), ("int[2]", 1),
        ("ScalarType?", torch.int8), ("Scalar", 1.5), ("Device", "cpu"), ("float[]?", None),
        ("str", "gelu"), ("int?[]", [1, None]),
    ],
)  # fmt: skip
def test_a_value_that_torch_takes_for_the_type_is_passed(type_, value):
    calls = implied({"x": X, "what": value}, f"(Tensor x, {type_} what) -> Tensor")
    assert calls.build(calls.usual("any"), "cpu").values["what"] == value


def test_a_list_that_may_hold_none_does_and_one_that_may_be_left_out_is():
    calls = implied({"parts": [X, None]}, "(Tensor?[] parts) -> Tensor")
    assert calls.build(calls.usual("any"), "cpu").values["parts"][1] is None
    calls = implied({"parts": None}, "(Tensor[]? parts) -> Tensor")
    assert calls.build(calls.usual("any"), "cpu").values["parts"] is None


@pytest.mark.parametrize(
    "value", [X, [X, 3], [X, None]], ids=["a-tensor", "a-number-in-it", "none-in-it"]
)
def test_what_is_no_list_of_tensors_is_told_with_the_name_of_the_argument(value):
    with pytest.raises(SubjectBroken, match="parts of the example is no list of tensors"):
        implied({"parts": value}, "(Tensor[] parts) -> Tensor")


def test_a_function_that_raises_is_told_and_not_a_fault_of_the_suite():
    def broken():
        raise RuntimeError("no weights here")

    with pytest.raises(SubjectBroken, match="no weights here"):
        example(broken, SCHEMA)


def test_a_sparse_tensor_is_told_with_the_name_of_the_argument():
    with pytest.raises(SubjectBroken, match="x of the example is no dense tensor"):
        implied({"x": X.to_sparse(), "sizes": [1]}, SCHEMA)


def test_values_of_the_example_are_passed_as_they_are():
    calls = implied((X, None, 0.25, [4, 5]), SCHEMA)
    values = calls.build(calls.usual("any"), "cpu").values
    assert torch.equal(values["x"], X)
    assert (values["bias"], values["eps"], values["sizes"]) == (None, 0.25, [4, 5])


def test_what_is_left_out_is_what_the_schema_says():
    calls = implied({"x": X, "sizes": [1]}, SCHEMA)
    values = calls.build(calls.usual("any"), "cpu").values
    assert values["eps"] == 1e-6 and values["bias"] is None
