"""A field of a contract that holds something else than it should is named, with what to write."""

from dataclasses import replace

import pytest

from conformance.contract import (
    Axis,
    Budget,
    Contract,
    ContractMistake,
    Expression,
    FloatArgument,
    Integers,
    LeadingAxes,
    Output,
    Selection,
    TensorArgument,
    WordArgument,
)
from conformance.contract.scene import Choice
from conformance.contract.validation.validate import validate

X = TensorArgument("x", ("M", "N"), ("float32",), "x")
Y = Output("y", ("M", "N"), "x", "y", budget=Budget(1e-6, 0, "one product"))
DOUBLE = Contract("double", "2x", (Axis("M", "m"), Axis("N", "n")), (X,), (Y,), lambda x: (2 * x,))

WRONG = {
    "a word for a tuple of axes": (lambda: replace(X, axes="MN"), "argument x: axes is 'MN'"),
    "a list": (lambda: replace(X, dtypes=["float32"]), r"dtypes is \['float32'\]; write a tuple"),
    "a word for a role": (lambda: replace(X, role="state"), "role is 'state'; write Role.INPUT"),
    "a misspelt choice": (lambda: replace(X, refused_by="caller"), "'operator' or 'callers'"),
    "True for a word": (lambda: replace(X, optional=True), "optional is True; write 'given'"),
    "a torch dtype": (lambda: replace(Y, dtype=float), "output y: dtype is"),
    "a number for a budget": (lambda: replace(Y, budget=1e-6), "budget is 1e-06; write Budget"),
    "numbers for budgets": (lambda: replace(Y, budget={"float32": 1e-6}), "a dict from text"),
    "text for a number": (lambda: Budget("1e-6", 0, "s"), "relative is '1e-6'; write a float"),
    "a budget without end": (lambda: Budget(float("inf"), 0, "s"), "relative is inf"),
    "one edge": (lambda: Axis("N", "n", edges=7), "edges is 7; write a tuple of an int"),
    "a size below 0": (lambda: Axis("N", "n", least=-1), "least is -1; 0 or more"),
    "one leading axis": (lambda: LeadingAxes("M", "m", usual=5), "usual is 5"),
    "a word for words": (lambda: WordArgument("w", "m", "auto"), "choices is 'auto'"),
    "a word twice": (lambda: WordArgument("w", "m", ("a", "a")), "has a word twice"),
    "a choice twice": (lambda: Choice("c", ("a", "a"), "m"), "choice c: .* has a word twice"),
    "a float in words": (lambda: FloatArgument("eps", "m", "1e-6"), "usual is '1e-6'"),
    "a bound with a fraction": (lambda: Integers(0, 3.5), "holds: high is 3.5; write an int"),
    "a bound that is no size": (lambda: Integers(0, "N -"), "holds: not an expression"),
    "padding in the range": (lambda: Integers(0, 3, padding=2), "padding 2 lies in the range"),
    "a misspelt order": (lambda: Selection("x", "N", "K", order="biggest"), "'largest' or"),
    "one axis, no comma": (lambda: replace(DOUBLE, axes=Axis("N", "n")), "contract double, .*axes"),
    "a text for a condition": (lambda: replace(DOUBLE, constraints=("M < N",)), "of Expression"),
    "a text for a function": (lambda: replace(DOUBLE, reference="m:f"), "'m:f'; write a function"),
}


@pytest.mark.parametrize(("make", "message"), WRONG.values(), ids=WRONG)
def test_a_field_of_another_type_is_named_with_what_to_write(make, message):
    with pytest.raises(ContractMistake, match=message):
        make()


K = Axis("K", "selected", usual=2)
IDS = TensorArgument("i", ("M",), ("int64",), "i")

UNFIT = {
    "an argument whose size depends on data": (
        {"arguments": (replace(X, axes=("?n", "N")),)},
        "argument x: a size with . is for outputs; name an axis",
    ),
    "padding that the dtype lacks": (
        {"arguments": (X, replace(IDS, dtypes=("uint8",), holds=Integers(0, 3, padding=-1)))},
        "argument i: uint8 cannot hold the padding -1",
    ),
    "a choice that nothing reads": (
        {"choices": (Choice("c", ("a", "b"), "m"),)},
        "choice c: nothing reads it without a scene",
    ),
    "a count above its axis": (
        {
            "axes": (*DOUBLE.axes, K),
            "outputs": (
                Output("ids", ("M", "K"), "int64", "i", selection=Selection("x", "N", "K")),
            ),
        },
        r'K may be larger than N; add the constraint Expression\("K <= N"\)',
    ),
    "a magnitude of two axes": (
        {"outputs": (replace(Y, budget=Budget(0, 1e-6, "s", magnitude="x")),)},
        "its magnitude x has 2 axes",
    ),
    "a budget of what is not written": (
        {"arguments": (replace(X, budget=Budget(0, 1e-6, "s")),)},
        "argument x: a budget is for states; give it to the output",
    ),
    "a piece of a size": (
        {"arguments": (replace(X, axes=("M + 1", "N")),), "independent": "M"},
        "argument x has the size M . 1, which cannot be cut along M",
    ),
}


@pytest.mark.parametrize(("changes", "message"), UNFIT.values(), ids=UNFIT)
def test_parts_that_do_not_fit_are_named(changes, message):
    with pytest.raises(ContractMistake, match=message):
        validate(replace(DOUBLE, **changes))


def test_a_condition_that_cannot_be_told_is_the_contracts():
    contract = replace(DOUBLE, constraints=(Expression("N % (M - 1) == 0"),))
    with pytest.raises(
        ContractMistake, match=r"contract double, constraint N .* ZeroDivisionError"
    ):
        contract.allows({"M": 1, "N": 4})
