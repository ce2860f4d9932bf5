"""What bounds, poison and purity find in operators without state, and how they tell it."""

from dataclasses import replace

import pytest
import torch
import triton
import triton.language as tl

from conformance.contract import Axis, Budget, Contract, Output, Role, TensorArgument
from conformance.events.finding import Finding, Kind, distinct
from conformance.events.verdict import NotSupported
from conformance.inputs.usual import usual_case
from conformance.memory.violation import EARLY_READ, OUT_OF_BOUNDS_READ, OUT_OF_BOUNDS_WRITE

from .plain import CONTRACT, decided, right, told
from .writing import N, around, gives_up, refuses, writes_before_the_beginning, writes_past_the_end


@pytest.mark.parametrize(
    ("function", "count", "byte"),
    [(writes_past_the_end, 12, 48), (writes_before_the_beginning, 4, -8)],
)
def test_a_write_around_an_argument_is_found_in_plain_torch(function, count, byte):
    assert told(decided("bounds", function)) == [
        Finding(
            "x", f"{count} guard bytes around it were written",
            where=f"byte {byte} relative to its first element", kind=Kind.BOUNDS,
        )
    ]  # fmt: skip


def test_a_write_between_elements_is_found_and_reading_there_is_free():
    case = usual_case(CONTRACT, "bounds").with_tensor("x", layout="sliced")

    def between(x, *rest):
        around(x, 1, 1).fill_(7.0)
        return right(x, *rest)

    (finding,) = decided("bounds", between, case)
    assert (finding.about, finding.where) == ("x", "byte 4 relative to its first element")
    assert (
        decided("bounds", lambda x, *rest: (around(x, 1, 1).clone(), right(x, *rest))[1], case)
        == []
    )


def test_a_write_into_elements_is_no_matter_of_bounds():
    assert decided("bounds", lambda x, *rest: right(x.add_(1), *rest)) == []


def test_what_was_written_before_an_exception_is_found():
    def then_raises(x, *rest):
        around(x, N, 1).fill_(7.0)
        raise ValueError("after the fact")

    assert [f.about for f in decided("bounds", then_raises)] == ["x"]
    assert decided("bounds", refuses) == []  # that it raised is another check's matter


@pytest.mark.parametrize("check", ["bounds", "poison", "purity"])
def test_a_device_that_gives_up_is_no_verdict(check):
    with pytest.raises(NotSupported, match="no such thing here"):
        decided(check, gives_up)


@triton.jit
def shifting(x, y, n: tl.constexpr):
    i = tl.program_id(0)
    tl.store(y + i, tl.load(x + i + 1))  # past the end for the last program


@triton.jit
def colliding(x, y, n: tl.constexpr):
    tl.store(y, tl.load(x + tl.program_id(0)))


def launched(kernel):
    def function(x, b=None, scale=1.0, fast=False):
        y = torch.zeros_like(x)
        kernel[(N,)](x, y, N)
        return y, -x

    return function


def test_accesses_of_kernels_are_told_with_their_line():
    line = shifting.fn.__code__.co_firstlineno + 3
    findings = decided("bounds", launched(shifting))
    assert {f.kind for f in findings} == {Kind.BOUNDS}
    assert all(f.line.endswith(f"{__file__.rpartition('/')[2]}:{line}") for f in findings)
    assert all(f.where == f.line and f.about == "x" for f in findings)
    assert all(f.message in f.got for f in findings)


def test_programs_that_depend_on_their_order_are_a_race():
    findings = decided("bounds", launched(colliding))
    assert findings and {f.kind for f in findings} == {Kind.RACE}


@triton.jit
def moving(x, y, n: tl.constexpr):
    i = tl.program_id(0) + n
    tl.store(x + i, tl.load(x + i))  # both past the end


def test_two_broken_rules_of_one_line_are_two_findings():
    found = decided("bounds", launched(moving))
    assert len({(f.about, f.kind, f.line) for f in found}) == 1
    causes = [f.cause for f in distinct(found)]
    assert sorted(causes) == [OUT_OF_BOUNDS_READ, OUT_OF_BOUNDS_WRITE]
    assert all(f.message == f.cause for f in found)


def flat(value):
    """The operator, with ``value`` of fresh memory in place of what x = 0 comes to."""

    def function(x, b=None, scale=1.0, fast=False):
        fresh = torch.empty_like(x)
        return torch.where(x == 0, value(fresh), 2 * x), -x

    return function


ZERO = usual_case(CONTRACT, "poison").with_tensor("x", values="zero")


@pytest.mark.parametrize(
    "value",
    [
        lambda fresh: fresh,
        lambda fresh: fresh.nan_to_num(nan=0.0),  # right in fresh memory that is NaN
        lambda fresh: fresh * 0,  # right in fresh memory that is finite
    ],
)
def test_fresh_memory_in_the_answer_is_found_whatever_hides_one_poison(value):
    assert decided("values", flat(value), replace(ZERO, check="values")) == []
    (finding,) = decided("poison", flat(value), ZERO)
    assert (finding.about, finding.wanted) == ("y", "0.0")
    assert decided("poison", flat(lambda fresh: fresh.fill_(0)), ZERO) == []


def test_poison_asks_the_patterns_of_every_input_too():
    assert decided("poison", flat(lambda fresh: fresh)) == []  # no zero among usual numbers


MINUS = Contract(
    "minus", "-1 everywhere", (Axis("N", "numbers", usual=6),),
    (TensorArgument("x", ("N",), ("float32",), "numbers"),),
    (Output("first", ("N",), "int32", "-1"), Output("last", ("N",), "int32", "-1")),
    lambda x: (x.long() * 0 - 1, x.long() * 0 - 1),
)  # fmt: skip


@triton.jit
def store_minus(y, n):
    i = tl.arange(0, 8)
    tl.store(y + i, i * 0 - 1, mask=i < n)


def minus(first, last):
    def function(x):
        outputs = torch.empty(6, dtype=torch.int32), torch.empty(6, dtype=torch.int32)
        for output, count in zip(outputs, (first, last), strict=True):
            store_minus[(1,)](output, count)
        return outputs

    return function


@pytest.mark.parametrize(
    ("stored", "about", "message", "where"),
    [
        ((6, 4), "last", "2 of 6 elements not written", "element [4]"),
        ((5, 6), "first", "1 of 6 elements not written", "element [5]"),
    ],
)
def test_an_element_that_was_not_stored_is_found_though_its_value_is_right(
    stored, about, message, where
):
    # -1 is what memory holds first: only that nobody stored it shows then.
    first, *_ = told(decided("poison", minus(*stored), contract=MINUS))
    assert first == Finding(about, message, where=where, kind=Kind.UNWRITTEN)


def test_a_value_like_that_of_fresh_memory_may_be_stored():
    assert decided("poison", minus(6, 6), contract=MINUS) == []


def test_memory_that_the_caller_passes_for_an_output_is_poisoned():
    passed = TensorArgument("y", ("N",), ("float32",), "zeros", role=Role.OUTPUT)
    exact = Budget(0, 0, source="zeros")
    contract = replace(
        MINUS, name="clear", arguments=(*MINUS.arguments, passed),
        outputs=(Output("y", ("N",), "float32", "zeros", budget=exact),),
        reference=lambda x: (x * 0,),
    )  # fmt: skip
    assert decided("poison", lambda x, y: y.zero_(), contract=contract) == []
    assert decided("poison", lambda x, y: None, contract=contract) != []
    assert decided("values", lambda x, y: None, contract=contract) == []


@triton.jit
def copying(x, partial):
    tl.store(partial + tl.program_id(0), tl.load(x + tl.program_id(0)))


@triton.jit
def doubling(partial, y, WAITS: tl.constexpr):
    if WAITS:
        tl.extra.cuda.gdc_wait()
    tl.store(y + tl.program_id(0), tl.load(partial + tl.program_id(0)) * 2)


def beginning_early(waits):
    """The operator in two launches, of which the second may begin before the first has ended."""

    def function(x, b=None, scale=1.0, fast=False):
        partial, y = torch.empty_like(x), torch.empty_like(x)
        copying[(x.numel(),)](x, partial)
        doubling[(x.numel(),)](partial, y, waits, launch_pdl=True)
        return y, -x

    return function


@pytest.mark.parametrize("waits", [True, False])
def test_a_launch_that_does_not_wait_for_the_one_before_is_found_by_bounds_alone(waits):
    for check in ("values", "poison", "purity", "repetition", "reuse"):
        assert decided(check, beginning_early(waits)) == []
    found = decided("bounds", beginning_early(waits))
    wanted = [] if waits else [(Kind.RACE, EARLY_READ, "partial")]
    assert [(each.kind, each.cause, each.about) for each in found] == wanted
