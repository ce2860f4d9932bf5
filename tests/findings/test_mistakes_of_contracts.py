"""What the writer of a contract can get wrong ends before any verdict, with contract and field.

The subject is right throughout. More of them stand in tests/judge/test_mistakes.py,
tests/contract/test_types.py and tests/inputs/test_scenes.py.
"""

from dataclasses import replace

import pytest
import torch

import conformance
from conformance.contract import (
    Answer,
    Axis,
    Budget,
    Choice,
    Contract,
    ContractMistake,
    Derived,
    Expression,
    FlagArgument,
    FloatArgument,
    Grid,
    Integers,
    Layout,
    LeadingAxes,
    Output,
    Role,
    Scene,
    TensorArgument,
)
from conformance.events.loading import UsageError

EXACT = Budget(1e-6, 0.0, "one product")
X = TensorArgument("x", ("M", "N"), ("float32",), "x", refused_by="callers")
W = TensorArgument("w", ("N",), ("float32",), "w", refused_by="callers")
I = TensorArgument("i", ("M",), ("int32",), "i", refused_by="callers")  # noqa: E741
Y = Output("y", ("M", "N"), "x", "y", budget=EXACT)
M, N = Axis("M", "m", usual=3, least=0, edges=(0, 1, 5)), Axis("N", "n", usual=4, edges=(1, 9))
DOUBLE = Contract("double", "2x", (M, N), (X,), (Y,), lambda x: (2 * x,))


def right(x, *others):
    return 2 * x


def also(*arguments):
    """Further arguments, which nothing depends on."""
    return {"arguments": (X, *arguments), "reference": lambda x, *others: (2 * x,)}


def sized(size):
    """The same with another size instead of N."""
    return {
        "arguments": (replace(X, axes=("M", size)),),
        "outputs": (replace(Y, axes=("M", size)),),
    }


def staged(scene, **changes):
    return {**also(replace(I, role=Role.INDEX)), "scene": scene, **changes}


def index(situation):
    return torch.zeros(situation.axes["M"], dtype=torch.int32)


def worded(name, words=("a", "b")):
    choices = (Choice(name, words, "m"),)
    return lambda: staged(lambda s: Scene({"i": index(s)}), choices=choices)


def grid(sizes):
    return {"grids": (Grid("theirs", sizes, "x", ("float32",)),)}


WRONG = {
    "a pattern": (lambda: also(replace(W, stress=("bigg",))), "argument w: .*'bigg'"),
    "a usual pattern": (lambda: also(replace(W, values="nrmal")), "argument w: .*'nrmal'"),
    "integers in floats": (
        lambda: also(replace(W, stress=("nibbles",))),
        "argument w: .*'nibbles'",
    ),
    "floats in integers": (lambda: also(replace(I, stress=("nan",))), "argument i: .*'nan'"),
    "a layout": (lambda: also(replace(W, owed_layouts=("sliced!",))), "argument w: 'sliced!'"),
    "a rare layout": (
        lambda: also(replace(W, owed_layouts=("far-rows",))),
        "argument w: .*far-rows",
    ),
    "a dtype": (lambda: also(replace(W, dtypes=("float33",))), "argument w: .*'float33'"),
    "a dtype twice": (lambda: also(replace(W, dtypes=("int8", "int8"))), "argument w: .* twice"),
    "a size that is a condition": (
        lambda: sized("N > 2"),
        "argument x: the size N > 2 is no number",
    ),
    "a size that is a truth": (lambda: sized("N and 3"), "argument x: the size N and 3"),
    "a size that is a text": (lambda: sized("'N'"), "argument x: the size 'N' is no number"),
    "a size with a fraction": (lambda: sized("N ** -1"), r"size N \*\* -1: comes to 0.25"),
    "a size that divides by zero": (lambda: sized("8 // (N - 4)"), "size 8 .*ZeroDivisionError"),
    "a size that does so later": (lambda: sized("16 // (N - 9) + 9"), "size 16 .*'N': 9"),
    "a size below zero": (lambda: sized("N - 5"), r"argument x: its shape is \(3, -1\)"),
    "a bound that divides by zero": (
        lambda: also(replace(I, holds=Integers(0, "8 // (N - 4)"))),
        "size 8 .*ZeroDivisionError",
    ),
    "no number in the range": (
        lambda: also(replace(I, holds=Integers(5, 3))),
        "argument i: no number lies in 5..3",
    ),
    "a constraint of no axis": (
        lambda: {"constraints": (Expression("1 < 2"),)},
        "constraint 1 < 2: it names no axis",
    ),
    "a constraint of text": (
        lambda: {"constraints": (Expression("N < 'a'"),)},
        "constraint N < 'a': TypeError",
    ),
    "an output without a name": (lambda: {"outputs": (replace(Y, name=""),)}, "output : ''"),
    "an output with an at": (lambda: {"outputs": (replace(Y, name="y@"),)}, "output y@: 'y@'"),
    "a contract without a name": (lambda: {"name": ""}, "contract '', name"),
    "a contract with an at": (lambda: {"name": "a@b"}, "contract a@b, name"),
    "a contract with a comma": (lambda: {"name": "a,b"}, "contract a,b, name"),
    "an axis seed": (
        lambda: {"axes": (M, N, Axis("seed", "s")), **sized("N * seed")},
        "axis seed: cases use",
    ),
    "a flag step": (lambda: also(FlagArgument("step", "m")), "argument step: cases use"),
    "a choice step": (worded("step"), "choice step: cases use"),
    "a choice call": (worded("call"), "choice call: cases use"),
    "a choice new": (worded("new"), "choice new: cases use"),
    "a choice undefined": (worded("undefined"), "choice undefined: cases use"),
    "a choice like an axis": (worded("N"), "choice N: axis N has the same name"),
    "a choice like an argument": (worded("i"), "choice i: argument i has the same name"),
    "a word with an at": (worded("c", ("a@",)), "choice c: 'a@' cannot be written"),
    "an empty word": (worded("c", ("",)), "choice c: '' cannot be written"),
    "no words": (worded("c", ()), "choice c: at least one word"),
    "a budget's dtype": (
        lambda: {"outputs": (replace(Y, budget={"float32": EXACT, "flaot16": EXACT}),)},
        "output y: a budget for 'flaot16'",
    ),
    "a derived magnitude": (
        lambda: {
            "derived": (Derived("v", ("y",), lambda y: y, replace(EXACT, magnitude="w"), "m"),)
        },
        "derived v: its budget names a magnitude",
    ),
    "a dtype that may be missing": (
        lambda: {"arguments": (replace(X, optional="given"),)},
        "output y: x, .* may be None",
    ),
    "a chain of dtypes": (
        lambda: also(replace(W, same_dtype="x"), replace(W, name="v", same_dtype="w")),
        "argument v: w itself follows x; name x",
    ),
    "a chain of layouts": (
        lambda: also(
            replace(X, name="w", strides="like x"), replace(X, name="v", strides="like w")
        ),
        "argument v: w itself follows x; name x",
    ),
    "a flexible axis": (lambda: also(replace(W, flexible=("Q",))), "argument w: flexible names Q"),
    "a grid outside": (lambda: grid({"N": (4, 0)}), "grid theirs: N = 0 is outside"),
    "a grid of nothing": (lambda: grid({"N": ()}), "grid theirs: it holds no call"),
    "a grid that is forbidden": (
        lambda: {"constraints": (Expression("N < 10"),), **grid({"N": (4, 10)})},
        "grid theirs: .* breaks N < 10",
    ),
    "a scene of fractions": (
        lambda: staged(lambda s: Scene({"i": index(s) + 0.5})),
        "scene: it gives i numbers that int32",
    ),
    "a scene of large numbers": (
        lambda: staged(lambda s: Scene({"i": index(s).long() + 2**40})),
        "scene: .* int32 does not",
    ),
    "a scene elsewhere": (
        lambda: staged(lambda s: Scene({"i": index(s).to("meta")})),
        "scene: .* on meta",
    ),
    "a scene for an input": (
        lambda: staged(lambda s: Scene({"i": index(s), "x": index(s)})),
        "scene: it gives x",
    ),
    "a scene of a list": (lambda: staged(lambda s: Scene([index(s)])), "scene: values is list"),
    "undefined as a list": (
        lambda: staged(lambda s: Scene({"i": index(s)}, [1])),
        "scene: undefined is list",
    ),
    "a scene that grows": (
        lambda: staged(lambda s: Scene({"i": torch.zeros(3, dtype=torch.int32)})),
        r"scene: it gives i of shape \(3,\), not \(",
    ),
    "an open element of nothing": (
        lambda: {"reference": lambda x: Answer((2 * x + 1,), open={"z": x == x})},
        "Answer.open: speaks of z; known: y",
    ),
}


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_named_and_no_verdict_is_given(changes, message):
    with pytest.raises((UsageError, ContractMistake), match=message) as found:
        conformance.check(
            replace(DOUBLE, **changes()), right, profile="quick", seed=1,
            checks=["values", "sizes"],
        )  # fmt: skip
    assert str(found.value).startswith("contract ")


MADE = {
    "an axis of nothing drawn": (lambda: replace(N, drawn=0), "axis N: drawn is 0"),
    "dimensions of nothing drawn": (lambda: LeadingAxes("M", "m", drawn=-1), "drawn is -1"),
    "dimensions below zero": (lambda: LeadingAxes("M", "m", least=-1), "least is -1"),
    "ranks below zero": (lambda: LeadingAxes("M", "m", least_rank=-1), "least_rank is -1"),
    "least above usual": (lambda: Axis("N", "n", least=8), "size 4 is outside 8"),
    "an edge outside": (lambda: Axis("N", "n", edges=(0,)), "size 0 is outside 1"),
    "limits without a number": (
        lambda: FloatArgument("e", "m", None, least=3.0, most=2.0, optional=True),
        "3.0..2.0",
    ),
    "a limit that is none": (
        lambda: FloatArgument("e", "m", 1.0, most=float("nan")),
        "limit nan is no number",
    ),
    "a bound that is a text": (lambda: Integers(0, "'a'"), "bound 'a' is no number"),
    "a bound that is a condition": (lambda: Integers("N < 3", 9), "bound N < 3 is no number"),
    "a layout's rank": (lambda: Layout(-1, lambda shape, guard: None), "least_rank is -1"),
    "a layout without a function": (lambda: Layout(1, "dense"), "place is 'dense'"),
}


@pytest.mark.parametrize(("make", "message"), MADE.values(), ids=MADE)
def test_a_part_that_cannot_be_is_not_made(make, message):
    with pytest.raises(ContractMistake, match=message):
        make()


def test_the_contract_itself_passes():
    assert conformance.check(DOUBLE, right, profile="quick", seed=1).conformant
