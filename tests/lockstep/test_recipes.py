"""Replayed calls of Triton's language give what the language itself gives."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
import triton
import triton.language as tl
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.lockstep import lockstep
from conformance.lockstep.language import operators, recipes
from conformance.lockstep.language.recipes import applied
from conformance.lockstep.machine import MACHINE
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.interned import interned_block
from conformance.lockstep.values.numpy_types import NUMPY_TYPES
from conformance.lockstep.values.tensor import Tensor, make_tensor

INTEGERS = [tl.int1, tl.int8, tl.uint8, tl.int16, tl.int32, tl.uint32, tl.int64, tl.uint64]
FLOATS = [tl.float16, tl.bfloat16, tl.float32, tl.float64]
NAMES = ["add", "sub", "mul", "truediv", "floordiv", "mod", "and", "or", "xor", "lshift", "rshift"]
COMPARISONS = ["lt", "le", "gt", "ge", "eq", "ne"]
REFLECTED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
SHAPES = [(), (1,), (8,), (8, 1), (1, 4), (8, 4), (2, 8, 4)]
SCALARS = [0, 1, 3, -1, True, False, 255, 2**31 - 1, 2**31, -(2**40), 2**63, 2**70]
SCALARS += [0.0, -0.0, 1.5, -2.0, 1e-40, 1e300, float("inf"), float("-inf"), float("nan")]
MIXED = [0.0, -0.0, 1.0, -1.5, 3.25, float("nan"), float("inf"), float("-inf"), 60000.0, -0.1]


def tensor(dtype, shape, programs, layout, seed):
    """Values with extremes, signed zeros and NaN, in one of numpy's memory layouts."""
    random = np.random.default_rng(seed)
    extent = (programs, *shape)
    kind = NUMPY_TYPES[dtype.name]
    if dtype.is_floating():
        data = random.choice(np.array(MIXED), extent).astype(kind)
        data = round_to_bfloat16(data) if dtype.is_bf16() else data
    elif dtype.is_int1():
        data = random.integers(0, 2, extent).astype(bool)
    else:
        limits = np.iinfo(kind)
        edges = [limits.min, limits.max, 0, 1, 2, 7, limits.max // 2]
        data = random.choice(np.array(edges, kind), extent)
    if layout == "transposed" and len(shape) > 1:
        data = np.ascontiguousarray(np.swapaxes(data, -1, -2)).swapaxes(-1, -2)
    elif layout == "repeated" and shape:
        data = np.broadcast_to(data[..., :1], extent)
    return make_tensor(data, dtype)


def outcome(function, *arguments, **keywords):
    """All that can be seen of a call: its error or value, and what it did to the machine."""
    MACHINE.largest_block = 1
    with np.errstate(all="ignore"):
        try:
            value = function(*arguments, **keywords)
        except Exception as error:
            return type(error), str(error)
    handle = value.handle
    data, block = np.ascontiguousarray(handle.data), MACHINE.largest_block
    steps = [
        stride
        for stride, length in zip(handle.data.strides, handle.data.shape, strict=True)
        if length > 1
    ]
    seen = (str(value.type), handle.dtype.name, data.dtype, data.shape, data.tobytes())
    return *seen, tuple(steps), handle.origin, block


def same_as_language(function, *cases):
    """Recorded and replayed calls equal direct ones, whatever values the tensors hold."""
    for arguments in cases + cases:
        direct = outcome(lambda *given: function(*given, _semantic=SEMANTIC), *arguments)
        assert outcome(applied, function, *arguments) == direct


OPERANDS = st.tuples(
    st.sampled_from(INTEGERS + FLOATS),
    st.sampled_from(SHAPES),
    st.sampled_from(["dense", "transposed", "repeated"]),
)


def made(operand, programs, seed):
    """A drawn operand: a Python number, or a tensor of so many programs."""
    if not isinstance(operand, tuple):
        return operand
    dtype, shape, layout = operand
    return tensor(dtype, shape, programs, layout, seed)


@settings(max_examples=600, derandomize=True, deadline=None)
@given(
    name=st.sampled_from(NAMES + COMPARISONS),
    left=OPERANDS,
    right=OPERANDS | st.sampled_from(SCALARS),
    reflected=st.booleans(),
    programs=st.permutations([(1, 1), (3, 1), (1, 3), (3, 3)]),
    seed=st.integers(0, 2**16),
)
def test_binary_operators(name, left, right, reflected, programs, seed):
    prefix = "r" if reflected and name in NAMES else ""
    function = getattr(tl.tensor, f"__{prefix}{name}__")
    same_as_language(
        function, *[(made(left, p, seed + p), made(right, q, seed + 9 * q)) for p, q in programs]
    )


@pytest.mark.parametrize("name", ["add", "mul", "lt", "eq"])
@pytest.mark.parametrize("dtype", INTEGERS + FLOATS, ids=str)
def test_python_numbers_on_either_side(dtype, name):
    node = {"add": "Add", "mul": "Mult", "lt": "Lt", "eq": "Eq"}[name]
    forward = getattr(tl.tensor, f"__{name}__")
    backward = getattr(tl.tensor, f"__{REFLECTED.get(name, 'r' + name)}__")
    values = tensor(dtype, (8, 4), 2, "dense", 5)
    for scalar in SCALARS * 2:
        wanted = outcome(forward, values, scalar, _semantic=SEMANTIC)
        assert outcome(operators.BINARY[node], values, scalar) == wanted
        wanted = outcome(backward, values, scalar, _semantic=SEMANTIC)
        assert outcome(operators.BINARY[node], scalar, values) == wanted


def test_equal_python_numbers_are_told_apart():
    ones = make_tensor(np.ones((1, 4), np.int32), tl.int32)
    scalars = (1, True, 1.0, 0.0, -0.0, 0, False)
    results = [operators.BINARY["Mult"](ones, scalar) for scalar in scalars]
    integer, single = tl.int32, tl.float32
    types = [integer, integer, single, single, single, integer, integer]
    assert [each.dtype for each in results] == types
    for scalar, result in zip(scalars, results, strict=True):
        # Before 3.9 the language makes 0.0 of -0.0.
        wanted = tl.tensor.__mul__(ones, scalar, _semantic=SEMANTIC)
        assert result.handle.data.tobytes() == wanted.handle.data.tobytes()


@settings(max_examples=300, derandomize=True, deadline=None)
@given(
    function=st.sampled_from([tl.minimum, tl.maximum, tl.where, tl.fma, tl.clamp]),
    operands=st.tuples(*[OPERANDS | st.sampled_from(SCALARS)] * 3),
    programs=st.permutations([1, 3, 3]),
    seed=st.integers(0, 2**16),
)
def test_functions_of_several_operands(function, operands, programs, seed):
    def arguments(counts, shift):
        values = [
            made(each, count, seed + shift) for each, count in zip(operands, counts, strict=True)
        ]
        return tuple(values[:2] if function in (tl.minimum, tl.maximum) else values)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same_as_language(function, arguments(programs, 0), arguments([3, 1, 1], 1))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(operand=OPERANDS, seed=st.integers(0, 2**16), target=st.sampled_from(INTEGERS + FLOATS))
def test_functions_of_one_operand(operand, seed, target):
    cases = [made(operand, programs, seed) for programs in (1, 3)]
    same_as_language(tl.tensor.to, *[(each, target) for each in cases])
    same_as_language(tl.tensor.__getitem__, *[(each, [None, slice(None)]) for each in cases])
    for function in (tl.tensor.__neg__, tl.tensor.__invert__, tl.abs, tl.exp, tl.sqrt, tl.trans):
        same_as_language(function, *[(each,) for each in cases])


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    pointers=st.sampled_from([(), (8,), (8, 4), (8, 1)]),
    offset=OPERANDS | st.sampled_from(SCALARS),
    swapped=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_pointer_arithmetic_keeps_the_origin(pointers, offset, swapped, seed):
    origin = object()
    pointers_type = interned_block(tl.pointer_type(tl.float32), pointers)
    cases = []
    for programs in (1, 3):
        data = np.arange(programs * max(1, int(np.prod(pointers))), dtype=np.uint64)
        handle = Handle(data.reshape(programs, *pointers), pointers_type.scalar, origin)
        cases.append((Tensor.of(handle, pointers_type), made(offset, 3, seed)))
    if swapped:
        same_as_language(tl.tensor.__radd__, *cases)
    else:
        same_as_language(tl.tensor.__add__, *cases)
        same_as_language(tl.tensor.__sub__, *cases)


def test_errors_are_tritons_own_each_time():
    left, right = (make_tensor(np.zeros((1, n), np.float32), tl.float32) for n in (4, 8))
    for _ in range(2):
        with pytest.raises(ValueError, match="incompatible dimensions at index 0: 4 and 8"):
            operators.BINARY["Add"](left, right)


def test_warnings_are_repeated():
    counts = make_tensor(np.arange(4, dtype=np.int32)[None], tl.int32)
    for _ in range(3):
        with pytest.warns(UserWarning, match="non-boolean condition"):
            applied(tl.where, counts, counts, counts)


def test_constants_cannot_be_changed_through_results():
    zeros = applied(tl.full, [16, 16], 0, tl.float32)
    assert applied(tl.full, [16, 16], 0, tl.float32).handle.data is zeros.handle.data
    with pytest.raises(ValueError, match="read-only"):
        zeros.handle.data[...] = 1


def test_recipes_are_forgotten_when_constants_take_much_memory(monkeypatch):
    monkeypatch.setattr(recipes, "LARGEST_MEMORY", 1 << 18)
    monkeypatch.setattr(recipes, "_recipes", {})
    monkeypatch.setattr(recipes, "_memory", 0)
    for value in range(1000):
        same = applied(tl.full, [32, 32], value, tl.int32)
        assert (same.handle.data == value).all()
        assert len(recipes._recipes) < 1 << 18 >> 12


@triton.jit
def asserting(x_ptr, limit):
    tl.device_assert(tl.load(x_ptr) < limit, "too large")


def test_device_assertions_follow_the_launch():
    x = torch.tensor([5])
    with lockstep():
        for _ in range(2):
            asserting[(1,)](x, 3)
            asserting[(1,)](x, 9, debug=True)
            with pytest.raises(AssertionError, match="too large"):
                asserting[(1,)](x, 3, debug=True)


@triton.jit
def masked_block(x_ptr, out_ptr, rows, columns):
    row, column = tl.arange(0, 8)[:, None], tl.arange(0, 4)[None, :]
    places = (tl.program_id(0) * 8 + row) * 4 + column
    x = tl.load(x_ptr + places, mask=row < rows, other=column.to(tl.float32) + 0.5)
    tl.store(out_ptr + places, x, mask=(row < rows) | (column < columns))
    tl.store(out_ptr + places + 4 * 8 * 3, tl.program_id(0), mask=column < columns)


def test_masks_and_values_narrower_than_the_pointers():
    x, out = torch.rand(3 * 8 - 2, 4), torch.full((6 * 8 - 1, 4), -1.0)
    wanted = torch.full((6 * 8, 4), -1.0)
    for program in range(3):
        first = program * 8
        wanted[first : first + 8, :2] = torch.tensor([0.5, 1.5])
        wanted[first : first + 7] = torch.cat([x, torch.full((2, 4), float("nan"))])[first:][:7]
        wanted[first + 24 : first + 32, :2] = program
    reports = []
    for _ in range(3):
        with lockstep() as session:
            masked_block[(3,)](x, out.fill_(-1.0), 7, 2)
        torch.testing.assert_close(out, wanted[:-1], equal_nan=True, rtol=0, atol=0)
        reports.append([(each.kind, each.line, each.count) for each in session.violations])
    line = masked_block.starting_line_number
    assert reports[0] == [
        ("out-of-bounds read", line + 4, 4),
        ("out-of-bounds write", line + 6, 2),
    ]
    assert reports == reports[:1] * 3
