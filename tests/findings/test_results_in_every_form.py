"""What a call returns and writes, in every form that callers could use, and in none other."""

from collections import namedtuple
from dataclasses import replace

import pytest
import torch

import conformance
from conformance.contract import (
    Answer,
    Axis,
    Budget,
    Contract,
    Expression,
    LeadingAxes,
    Output,
    Role,
    Selection,
    SizeArgument,
    TensorArgument,
)
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profiles

QUICK = replace(profiles()["quick"], examples=6, shrink_seconds=0.1)
AXES = (
    Axis("M", "rows", least=0, usual=4, edges=(0, 1, 33)),
    Axis("N", "columns", usual=8, edges=(1, 3)),
)
EXACT, SUM = Budget(0.0, 0.0, "copies"), Budget(1e-6, 1e-5, "a sum")
X = TensorArgument("x", ("M", "N"), ("float32",), "x", refused_by="callers")
Y = Output("y", ("M", "N"), "float32", "y", budget=EXACT)
ONE = Contract("one", "o", AXES, (X,), (Y,), lambda x: x)
Z = Output("z", ("M",), "float32", "z", budget=SUM)
TWO = Contract("two", "t", AXES, (X,), (Y, Z), lambda x: (x, x.sum(-1)))
Pair = namedtuple("Pair", "y z")


def verdicts(contract, subject):
    report = conformance.check(contract, subject, profile=QUICK, seed=1)
    found = {event.verdict for event in report.checks}
    assert Verdict.ERROR not in found and Verdict.NOT_RUN not in found
    return Verdict.FAIL in found


def both(x):
    return x.clone(), x.double().sum(-1).float()


FORMS = {
    "a tuple": (TWO, both, True),
    "a list": (TWO, lambda x: list(both(x)), True),
    "a named tuple": (TWO, lambda x: Pair(*both(x)), True),
    "the other order": (TWO, lambda x: both(x)[::-1], False),
    "a dict": (TWO, lambda x: dict(zip("yz", both(x), strict=True)), False),
    "one of two": (TWO, lambda x: both(x)[0], False),
    "one too many": (TWO, lambda x: (*both(x), x), False),
    "None for one": (TWO, lambda x: (x.clone(), None), False),
    "nothing": (TWO, lambda x: None, False),
    "an empty tuple": (TWO, lambda x: (), False),
    "a generator": (TWO, lambda x: iter(both(x)), False),
    "a bare tensor": (ONE, torch.clone, True),
    "a tuple of one": (ONE, lambda x: (x.clone(),), True),
    "a list of one": (ONE, lambda x: [x.clone()], True),
    "a parameter": (ONE, lambda x: torch.nn.Parameter(x.clone()), True),
    "a tuple in a tuple": (ONE, lambda x: ((x.clone(),),), False),
    "an array": (ONE, lambda x: x.clone().numpy(), False),
    "a dict of one": (ONE, lambda x: {"y": x.clone()}, False),
    "None": (ONE, lambda x: None, False),
}


@pytest.mark.parametrize(("contract", "subject", "right"), FORMS.values(), ids=FORMS)
def test_what_is_returned(contract, subject, right):
    assert verdicts(contract, subject) is not right


@pytest.mark.parametrize(
    "reference",
    [
        lambda x: [x, x.sum(-1)],
        lambda x: Pair(x, x.sum(-1)),
        lambda x: Answer([x, x.sum(-1)]),
        lambda x: (x.requires_grad_(True) * 1, x.sum(-1)),
        lambda x: (torch.nn.Parameter(x), x.sum(-1)),
    ],
    ids=["list", "named", "Answer", "gradients", "parameter"],
)
def test_a_reference_returns_any_of_them_too(reference):
    asked = replace(TWO, reference=reference)
    assert not verdicts(asked, both)
    assert verdicts(asked, lambda x: (x + 1, x.sum(-1)))


A = replace(X, name="a", dtypes=("float32", "bfloat16"), role=Role.STATE)
SWAP = Contract(
    "swap_", "s", AXES, (A, replace(A, name="b", same_dtype="a")), (),
    lambda a, b: (b.clone(), a.clone()),
)  # fmt: skip


def swap(a, b):
    kept = a.clone()
    a.copy_(b)
    b.copy_(kept)


IN_PLACE = {
    "nothing": (lambda a, b: swap(a, b), True),
    "both": (lambda a, b: (swap(a, b), (a, b))[1], True),
    "a list of both": (lambda a, b: (swap(a, b), [a, b])[1], True),
    "one": (lambda a, b: (swap(a, b), b)[1], True),
    "an empty tuple": (lambda a, b: (swap(a, b), ())[1], True),
    "an empty list": (lambda a, b: (swap(a, b), [])[1], True),
    "a copy": (lambda a, b: (swap(a, b), a.clone())[1], False),
    "a dict": (lambda a, b: (swap(a, b), {"a": a})[1], False),
    "a flag": (lambda a, b: (swap(a, b), True)[1], False),
    "only one written": (lambda a, b: (a.copy_(b), None)[1], False),
    "none written": (lambda a, b: None, False),
}


@pytest.mark.parametrize(("subject", "right"), IN_PLACE.values(), ids=IN_PLACE)
def test_several_states_in_place(subject, right):
    assert verdicts(SWAP, subject) is not right


def test_a_state_that_may_be_missing():
    log = replace(A, name="log", dtypes=("float32",), same_dtype=None, optional="none")
    asked = Contract(
        "total", "t", AXES, (X, log), (Z,),
        lambda x, log: (x.sum(-1), None if log is None else torch.ones_like(log)),
    )  # fmt: skip

    def total(x, log=None):
        if log is not None:
            log.fill_(1)
        return x.double().sum(-1).float()

    assert not verdicts(asked, total)
    assert verdicts(asked, lambda x, log=None: total(x))


PASSED = Contract(
    "into", "i", AXES, (X, replace(X, name="y", role=Role.OUTPUT)), (replace(Y, dtype="y"),),
    lambda x: x,
)  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "right"),
    [
        (lambda x, y: (y.copy_(x), None)[1], True),
        (lambda x, y: y.copy_(x), True),
        (lambda x, y: (y.copy_(x),), True),
        (lambda x, y: (y.copy_(x), y.clone())[1], False),
        (lambda x, y: x.clone(), False),
    ],
    ids=["None", "itself", "in a tuple", "a copy", "something else"],
)
def test_outputs_that_are_passed(subject, right):
    assert verdicts(PASSED, subject) is not right


@pytest.mark.parametrize("dtype", ["float32", "float16", "bool", "int64"])
def test_a_single_number(dtype):
    """Of rank 0: a wrong one is a FAIL, and no trouble of the suite's."""
    kind = getattr(torch, dtype)
    floats = kind.is_floating_point
    budget = Budget(2e-3, 1e-3, "a sum") if floats else None
    asked = Contract(
        "number", "n", AXES, (X,), (Output("y", (), dtype, "y", budget=budget),),
        lambda x: x.sum() if floats else (x > 0).sum().to(kind),
    )  # fmt: skip

    def right(x):
        return (x.double().sum() if floats else (x > 0).sum()).to(kind)

    assert not verdicts(asked, right)
    assert verdicts(asked, lambda x: ~right(x) if dtype == "bool" else right(x) + 1)
    assert verdicts(asked, lambda x: right(x)[None])


ROWS = {
    "no rows": ((), ("E",)),
    "rows": ((Axis("T", "t", usual=5),), ("T", "E")),
    "rows of rows": ((Axis("B", "b", usual=2), Axis("T", "t", usual=5)), ("B", "T", "E")),
    "any rows": ((LeadingAxes("L", "l"),), ("*L", "E")),
}


@pytest.mark.parametrize(("rows", "shape"), ROWS.values(), ids=ROWS)
def test_selections_of_every_rank(rows, shape):
    chosen = (*shape[:-1], "K")
    asked = Contract(
        "select", "s",
        (*rows, Axis("E", "e", usual=9, edges=(3, 17)), Axis("K", "k", usual=3, edges=(1, 2))),
        (replace(X, axes=shape), SizeArgument("k", "K", "k", refused_by="callers")),
        (
            Output("ids", chosen, "int32", "i", selection=Selection("x", "E", "K")),
            Output("w", chosen, "float32", "w", budget=EXACT, follows="ids"),
        ),
        lambda x, k, ids: (ids, x.gather(-1, ids)), constraints=(Expression("K <= E"),),
    )  # fmt: skip

    def select(x, k):
        weights, ids = x.topk(k, -1)
        return ids.to(torch.int32), weights

    def half_right(x, k):
        """The last slot holds the smallest entry."""
        ids = select(x, k)[0].clone()
        ids[..., -1] = x.argmin(-1)
        return ids, x.gather(-1, ids.long())

    assert not verdicts(asked, select)
    assert verdicts(asked, half_right)
    assert verdicts(asked, lambda x, k: (select(x, k)[0], select(x, k)[1] + 1))
