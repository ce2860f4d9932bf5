"""Right implementations pass in every dtype, and wrong ones are found: arguments, states, outputs.

Integers of the whole range of their dtype, floats of eight bits, overflow in dtypes with and
without an infinity, denormals that are flushed.
"""

from dataclasses import replace

import pytest
import torch

import conformance
from conformance.contract import (
    Axis,
    Budget,
    Contract,
    Expression,
    Integers,
    Output,
    Role,
    SizeArgument,
    TensorArgument,
)
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profiles

QUICK = replace(profiles()["quick"], examples=6, shrink_seconds=0.1)
AXES = (
    Axis("M", "rows", least=0, usual=4, edges=(0, 1, 33)),
    Axis("N", "columns", usual=8, edges=(1, 3, 17)),
)
EXACT = Budget(0.0, 0.0, "copies, or one rounding")
FLOAT8 = ("float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz")
INTEGERS = ("bool", "uint8", "uint16", "uint32", "int8", "int16", "int32", "int64")
WORDS = ("ends", "small", "large", "ascending", "descending", "sign-border", "all-bits", "nibbles")
STRESS = ("large", "zeros", "denormal", "huge", "nan", "infinite")
X = TensorArgument("x", ("M", "N"), ("float32",), "x", refused_by="callers")
Y = Output("y", ("M", "N"), "x", "y")


def contract(x=X, outputs=(Y,), reference=lambda x: (x,), **further):
    return Contract("op", "o", AXES, (x,), outputs, reference, **further)


def judged(asked, subject):
    report = conformance.check(asked, subject, profile=QUICK, seed=1)
    wrong = {e.check: e.failures or e.reason for e in report.checks if e.verdict in BAD}
    assert not any(e.verdict is Verdict.ERROR for e in report.checks), wrong
    return wrong


BAD = (Verdict.FAIL, Verdict.ERROR, Verdict.NOT_RUN)


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("holds", [None, Integers(), Integers(0, "N + 2")])
def test_integers_are_any_of_their_range(dtype, holds):
    words = (*WORDS, *(["negative"] if dtype.startswith("int") and holds is None else []))
    asked = contract(replace(X, dtypes=(dtype,), stress=words, holds=holds))
    assert not judged(asked, torch.clone)
    # The largest of the range is not 1.
    small = Contract.axis(asked, "N").usual
    assert dtype == "bool" or judged(asked, lambda x: x.clone().clamp(max=small // 2))


@pytest.mark.parametrize("dtype", ["int64", "int32", "uint32"])
def test_integers_that_all_differ_are_any_of_the_whole_range(dtype):
    x = replace(X, axes=("N",), dtypes=(dtype,), holds=Integers(distinct=True), stress=("large",))
    other = replace(X, name="m")
    asked = Contract("op", "o", AXES, (x, other), (replace(Y, axes=("N",)),), lambda x, m: (x,))
    assert not judged(asked, lambda x, m: x.clone())


@pytest.mark.parametrize("dtype", [*INTEGERS, *FLOAT8])
def test_states_of_every_dtype_are_compared(dtype):
    def zeros(x):
        return (torch.zeros_like(x),)

    held = replace(X, dtypes=(dtype,), role=Role.STATE)
    assert not judged(contract(held, (), zeros), lambda x: x.copy_(torch.zeros_like(x)))
    assert judged(contract(held, (), zeros), lambda x: None)


@pytest.mark.parametrize("dtype", [*FLOAT8, "float16", "bfloat16"])
def test_new_state_is_rounded_into_a_narrow_state(dtype):
    pool = replace(X, name="pool", dtypes=(dtype,), role=Role.STATE)
    new = replace(X, name="new", role=Role.NEW_STATE, state="pool", stress=("large", "huge"))
    asked = Contract(
        "op", "o", AXES, (pool, new), (), lambda pool, new: (new.float().to(pool.dtype),)
    )
    assert not judged(asked, lambda pool, new: pool.copy_(new.to(pool.dtype)))
    assert judged(asked, lambda pool, new: pool.copy_((new * 1.25).to(pool.dtype)))


@pytest.mark.parametrize("dtype", [*FLOAT8, "float8_e8m0fnu"])
def test_float8_is_read_in_every_check(dtype):
    stress = () if dtype == "float8_e8m0fnu" else STRESS
    x = replace(X, dtypes=(dtype,), stress=stress)
    asked = contract(x, (Output("y", ("M", "N"), "float32", "y", budget=EXACT),))
    assert not judged(asked, torch.Tensor.float)
    assert judged(asked, lambda x: x.float() * 1.5)


def squares(dtype, budget=EXACT):
    return contract(
        replace(X, stress=("huge", "large", "denormal", "infinite", "nan")),
        (Output("y", ("M", "N"), dtype, "y", budget=budget),),
        lambda x: (x * x.abs(),),
    )


def squared(dtype):
    return lambda x: (x.double() * x.double().abs()).to(getattr(torch, dtype))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", *FLOAT8])
def test_an_overflow_is_what_the_dtype_makes_of_it(dtype):
    assert not judged(squares(dtype), squared(dtype))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float8_e5m2"])
def test_where_there_is_an_infinity_nothing_saturates(dtype):
    largest = torch.finfo(getattr(torch, dtype)).max

    def saturating(x):
        return (x.double() * x.double().abs()).clamp(-largest, largest).to(getattr(torch, dtype))

    assert judged(squares(dtype), saturating)


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2fnuz"])
def test_where_there_is_no_infinity_an_overflow_saturates_or_is_nan(dtype):
    kind = getattr(torch, dtype)
    largest = torch.finfo(kind).max

    def saturating(x):
        return (x.double() * x.double().abs()).clamp(-largest, largest).to(kind)

    def undefined(x):
        exact = x.double() * x.double().abs()
        beyond = exact.abs() >= largest * (1 + 2.0 ** -(3 if "e5m2" in dtype else 4) / 1.75)
        return torch.where(beyond, torch.nan, exact.clamp(-largest, largest)).to(kind)

    def other_sign(x):
        exact = x.double() * x.double().abs()
        return torch.where(exact.abs() > 2 * largest, -exact, exact).clamp(
            -largest, largest
        ).to(kind)  # fmt: skip

    assert not judged(squares(dtype), saturating)
    assert not judged(squares(dtype), undefined)
    assert judged(squares(dtype), other_sign)
    assert judged(squares(dtype), lambda x: squared(dtype)(x * torch.where(x.abs() < 2, 1.0, 0.5)))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_a_flush_to_zero_is_right_where_the_budget_says_so(dtype):
    kind = getattr(torch, dtype)
    least = torch.finfo(kind).smallest_normal
    budget = Budget(0.0, 0.0, "one rounding", smallest=float(least))
    x = replace(X, dtypes=(dtype,), stress=("denormal",))

    def flushed(x):
        return torch.where(x.abs() < least, torch.zeros_like(x), x)

    assert not judged(contract(x, (replace(Y, budget=budget),)), flushed)
    assert judged(contract(x, (replace(Y, budget=EXACT),)), flushed)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64"])
def test_integers_that_are_rounded_and_saturated(dtype):
    limits = torch.iinfo(getattr(torch, dtype))
    low, high = max(limits.min, -(2**53)), min(limits.max, 2**53)
    asked = contract(
        replace(X, stress=("large",)),
        (Output("y", ("M", "N"), dtype, "y"),),
        lambda x: ((x * 100).round().clamp(low, high),),
    )

    def right(x):
        return (x.double() * 100).round().clamp(low, high).to(getattr(torch, dtype))

    assert not judged(asked, right)
    assert judged(asked, lambda x: right(x - 0.02))


@pytest.mark.parametrize(
    "text",
    ["K <= 2 * N", "K < N ** 2 + 1", "K <= N // 2 + 4", "K % 2 == 1 and K <= N * 4",
     "not K > 3 * N", "1 <= K <= 2 * N", "-K >= -2 * N", "K <= N * 2 or K == 1"],
)  # fmt: skip
def test_constraints_of_every_form_make_wrong_calls(text):
    condition = Expression(text)
    x = replace(X, axes=("4 * N ** 2",))
    asked = Contract(
        "op", "o", (Axis("N", "n", usual=4, edges=(1,)), Axis("K", "k", usual=3, edges=(1,))),
        (x, SizeArgument("k", "K", "k")),
        (Output("y", ("K",), "float32", "y", budget=EXACT),), lambda x, k: (x[:k],),
        constraints=(condition,),
    )  # fmt: skip

    def first(x, k):
        if type(k) is not int:
            raise TypeError("k")
        if k < 1 or not condition.holds({"K": k, "N": round((len(x) / 4) ** 0.5)}):
            raise ValueError("k")
        return x[:k].clone()

    assert not judged(asked, first)
    assert "arguments" in judged(asked, lambda x, k: x[: max(int(k), 1)].clone())
