"""A refusal is an exception of a fitting kind with a message, derived ones included."""

from dataclasses import replace

import pytest
import torch

import conformance
from conformance.checks import find_check
from conformance.events.verdict import Verdict
from conformance.execution.describe import describe

from ..language import scalars
from ..stateful import wrong
from ..stateful.toy import bench, case


class StrideError(ValueError):
    """As a kernel library names its own."""


class UnsupportedLayout(StrideError, KeyError):
    def __str__(self):
        return "rows have to be dense"


class Unimplemented(NotImplementedError):
    pass


class Falsely(Exception):
    """Called like a builtin one, and derived from none that fits."""


Falsely.__name__ = "ValueError"

REFUSED = [
    ValueError("dense rows are wanted"),
    TypeError("dense rows are wanted"),
    RuntimeError("dense rows are wanted"),
    NotImplementedError("dense rows are wanted"),
    AssertionError("dense rows are wanted"),
    StrideError("dense rows are wanted"),
    UnsupportedLayout(),
    Unimplemented("dense rows are wanted"),
    torch.linalg.LinAlgError("dense rows are wanted"),
]
NOT_REFUSED = [
    ValueError(),
    StrideError(),
    Unimplemented("  \n"),
    AssertionError(),
    Falsely("dense rows are wanted"),
    IndexError("index 9 is out of bounds"),
    KeyError("float8"),
    AttributeError("'NoneType' object has no attribute 'data_ptr'"),
    ZeroDivisionError("division by zero"),
    RecursionError("maximum recursion depth exceeded"),
    torch.OutOfMemoryError("CUDA out of memory"),
    torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
    MemoryError("no memory"),
    UnicodeDecodeError("ascii", b"\xff", 0, 1, "ordinal not in range"),
]


def name(error):
    return f"{type(error).__name__}-{str(error).strip()[:8] or 'mute'}"


def only_dense(error):
    """A right implementation that refuses what is not dense."""

    def append(query, new, *rest):
        if not new.is_contiguous():
            raise error
        return wrong.append(query, new, *rest)

    return append


SLICED = case("layout").with_tensor("new", layout="sliced")


@pytest.mark.parametrize("error", REFUSED, ids=name)
def test_a_layout_may_be_refused(error):
    assert describe(error).is_refusal
    assert find_check("layout").decide(bench(only_dense(error)), SLICED) == []


@pytest.mark.parametrize("error", NOT_REFUSED, ids=name)
def test_what_went_wrong_on_the_way_is_no_refusal(error):
    assert not describe(error).is_refusal
    (finding,) = find_check("layout").decide(bench(only_dense(error)), SLICED)
    assert finding.message == "raised instead of answering"


@pytest.mark.parametrize("error", REFUSED, ids=name)
def test_a_layout_that_callers_pass_is_never_refused(error):
    owed = case("layout").with_tensor("new", layout="token-major")
    assert find_check("layout").decide(bench(only_dense(error)), owed)


def lacking_a_bias(error):
    """`scalars.right` without the optional tensor that it may refuse."""

    def scaled(x, bias, *rest):
        if bias is not None:
            raise error
        return scalars.right(x, bias, *rest)

    return scaled


def asked(error, check):
    x, bias, *rest = scalars.CONTRACT.arguments
    refusable = (x, replace(bias, refusable=True), *rest)
    contract = replace(scalars.CONTRACT, arguments=refusable)
    return conformance.check(
        contract, lacking_a_bias(error), profile="quick", seed=1, checks=[check]
    )[check].verdict


@pytest.mark.parametrize("check", ["variants", "dtypes", "layout"])
def test_an_optional_tensor_may_be_refused_in_every_check(check):
    assert asked(StrideError("there is no bias"), check) is Verdict.PASS
    assert asked(IndexError("there is no bias"), check) is Verdict.FAIL


@pytest.mark.parametrize("error", [*REFUSED, *NOT_REFUSED], ids=name)
def test_any_exception_refuses_a_wrong_call(error):
    def refusing(query, new, pool, held, ends, table, scale, dummy):
        if held.shape != query.shape[:1] or query.dim() != 2:
            raise error
        return wrong.append(query, new, pool, held, ends, table, scale, dummy)

    listed = [
        each
        for each in find_check("arguments").fixed(bench(refusing).contract)
        if each.options["call"].startswith("query-rank")
    ]
    assert listed
    for each in listed:
        assert find_check("arguments").decide(bench(refusing), each) == []
