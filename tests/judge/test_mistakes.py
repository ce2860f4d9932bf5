"""What goes wrong in the functions of a contract is the contract's mistake, never a verdict."""

import sys
from dataclasses import replace

import pytest
import torch

import conformance
from conformance.contract import (
    Answer,
    Axis,
    Budget,
    Contract,
    Derived,
    Expression,
    Layout,
    Output,
    Placement,
    Role,
    Scene,
    Selection,
    SizeArgument,
    TensorArgument,
)
from conformance.events.loading import UsageError

X = TensorArgument("x", ("M", "N"), ("float32",), "x", refused_by="callers")
STATE = replace(X, name="s", role=Role.STATE)
INDEX = TensorArgument("i", ("M",), ("int32",), "i", role=Role.INDEX, refused_by="callers")
EXACT = Budget(1e-6, 0.0, "one product")
Y = Output("y", ("M", "N"), "x", "y", budget=EXACT)
DOUBLE = Contract("double", "2x", (Axis("M", "m"), Axis("N", "n")), (X,), (Y,), lambda x: (2 * x,))


def right(x, *others):
    return 2 * x


def boom(*arguments, **keywords):
    raise RuntimeError("boom\non two lines")


def grown(x):
    x *= 2
    return (x,)


def answered(**changes):
    return {"reference": lambda x: Answer((2 * x,), **{k: f(x) for k, f in changes.items()})}


def in_value(function, **changes):
    derived = (Derived("v", ("y",), function, EXACT, "m"),)
    outputs = (replace(Y, budget=None, judged_in="v"),)
    return {"outputs": outputs, "derived": derived, **changes}


def staged(scene):
    return {"arguments": (X, INDEX), "reference": lambda x, i: (2 * x,), "scene": scene}


def placed(place):
    return {"arguments": (replace(X, owed_layouts=("own",)),), "layouts": {"own": Layout(2, place)}}


def filled(pattern):
    return {"arguments": (replace(X, stress=("own",)),), "patterns": {"own": pattern}}


def index(s):
    return torch.zeros(s.axes["M"], dtype=torch.int32)


WRONG = {
    "float32": ({"reference": lambda x: (2 * x.float(),)}, "returns y in float32"),
    "integers": ({"reference": lambda x: ((2 * x).int(),)}, "returns y in int32"),
    "complex": ({"reference": lambda x: (x * 1j,)}, "returns y as complex128"),
    "another device": ({"reference": lambda x: (x.to("meta"),)}, "tensor on meta"),
    "sparse": ({"reference": lambda x: (x.to_sparse(),)}, "sparse_coo tensor"),
    "nothing but NaN": ({"reference": lambda x: (x * float("nan"),)}, "nothing but NaN for y"),
    "in place": ({"reference": grown}, "changes an argument of shape .* in place; clone it"),
    "a state in place": (
        {"arguments": (X, STATE), "reference": lambda x, s: (2 * x, s.add_(1))},
        "reference: changes an argument of shape .* in place; clone it first",
    ),
    "a rounded state": (
        {
            "arguments": (X, replace(STATE, budget=EXACT)),
            "reference": lambda x, s: (2 * x, s + 1),
        },
        r"returns the state s as float32 .*, not as float64 .*; compute it in float64",
    ),
    "the end of the process": ({"reference": lambda x: sys.exit(3)}, "raises SystemExit: 3"),
    "two lines": ({"reference": boom}, "raises RuntimeError: boom on two lines"),
    "open: no dict": ({"unspecified": lambda x: x > 0}, "unspecified: is Tensor; give a dict"),
    "open: no bool": ({"unspecified": lambda x: {"y": x}}, "y is float64, not bool"),
    "open: no tensor": ({"unspecified": lambda x: {"y": [True]}}, "returns list for y"),
    "open: numbers": (answered(open=lambda x: {"y": x}), "Answer.open: y is float64, not bool"),
    "magnitudes below 0": (
        answered(magnitudes=lambda x: {"y": -x.abs()}),
        "y has numbers below zero",
    ),
    "magnitudes of NaN": (
        answered(magnitudes=lambda x: {"y": x * float("nan")}),
        "Answer.magnitudes: y is nothing but NaN in the usual case",
    ),
    "a magnitude": (answered(magnitudes=lambda x: {"y": 3.0}), "returns float for y"),
    "groups of floats": (answered(groups=lambda x: {"y": x}), "Answer.groups: speaks of y"),
    "no groups": (
        {
            "outputs": (replace(Y, dtype="int64", budget=None, order="any within a group"),),
            "reference": lambda x: ((x > 0).long(),),
        },
        "tells no groups of y",
    ),
    "derived: none": (in_value(lambda y: None), "derived v: returns NoneType for v"),
    "derived: magnitudes": (
        in_value(lambda y: y, **answered(magnitudes=lambda x: {"v": torch.ones(77)})),
        r"derived v: the answer speaks of shape \(77,\)",
    ),
    "scene: raises": (staged(boom), "scene: raises RuntimeError: boom"),
    "scene: none": (staged(lambda s: None), "scene: returns NoneType; return a Scene"),
    "scene: lists": (staged(lambda s: Scene({"i": [0]})), "values: i is list; give a tensor"),
    "scene: raises for some sizes": (
        staged(lambda s: Scene({"i": index(s)}) if s.axes["M"] == 4 else boom()),
        "scene: raises RuntimeError: boom",
    ),
    "scene: undefined": (
        staged(lambda s: Scene({"i": index(s)}, {"x": torch.zeros(77, dtype=torch.bool)})),
        r"undefined: x is bool \(77,\), not bool \(4, 4\)",
    ),
    "pattern: raises": (filled(boom), "pattern own: raises RuntimeError: boom"),
    "pattern: numpy": (filled(lambda d: d.normal().numpy()), "pattern own: returns ndarray"),
    "pattern: shape": (filled(lambda d: torch.zeros(3)), r"makes shape \(3,\), not"),
    "pattern: name": ({"patterns": {"ends": boom}}, "the suite's own patterns have the name ends"),
    "layout: raises": (placed(boom), "layout own: raises RuntimeError: boom"),
    "layout: strides": (placed(lambda s, g: Placement((1,), g, 9999)), r"has strides \(1,\)"),
    "layout: leaves": (placed(lambda s, g: Placement((99, 1), g, g + 9)), "places shape"),
    "layout: no guard": (placed(lambda s, g: Placement((s[1], 1), 0, 9999)), "from 0 on"),
    "layout: rank": (
        {"arguments": (replace(X, owed_layouts=("token-major",)),)},
        "argument x: layout token-major needs 4 axes",
    ),
    "a size below 0": (
        {
            "arguments": (replace(X, axes=("M", "N - 2")),),
            "outputs": (replace(Y, axes=("M", "N - 2")),),
        },
        r"argument x: its shape is \(\d+, -1\).*add a constraint",
    ),
    "a combination": ({"combinations": ({"x": "hugee"},)}, "no pattern 'hugee' for x"),
}


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG)
def test_it_is_told_in_one_line_and_no_subject_is_blamed(changes, message):
    contract = replace(DOUBLE, **changes)
    with pytest.raises(UsageError, match=message) as mistake:
        conformance.check(contract, right, profile="quick", seed=1)
    assert "\n" not in str(mistake.value) and str(mistake.value).startswith("contract double, ")


def test_scores_are_tensors():
    ids = Output(
        "ids", ("M", "K"), "int64", "i", selection=Selection("x", "N", "K", score=lambda x, k: None)
    )
    contract = replace(
        DOUBLE,
        axes=(*DOUBLE.axes, Axis("K", "k", usual=2)),
        arguments=(X, SizeArgument("k", "K", "k", refused_by="callers")),
        constraints=(Expression("K <= N"),),
        outputs=(ids,),
        reference=lambda x, k, ids: (ids,),
    )
    with pytest.raises(UsageError, match="ids, score: returns NoneType for the scores"):
        conformance.check(contract, lambda x, k: x.topk(k, -1).indices, profile="quick", seed=1)


@pytest.mark.parametrize("thing", [3, None, [DOUBLE], Contract, right])
def test_what_is_no_operator_is_refused(thing):
    with pytest.raises(UsageError, match="is no operator: give a name, a Contract or an Operator"):
        conformance.check(thing, right)
