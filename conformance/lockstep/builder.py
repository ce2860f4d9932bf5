"""The builder that Triton's semantic layer talks to: constants, types and element-wise operations.

It is not derived from the interpreter's builder on purpose: what is missing here raises
``UnsupportedFeature`` instead of running code that knows nothing of the program axis.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from .atomics import AtomicOperations
from .bfloat16 import round_to_bfloat16
from .casts import CastOperations
from .descriptors import DescriptorOperations
from .dot import DotOperations
from .machine import MACHINE, unsupported
from .shapes import ShapeOperations
from .triton_api import TritonSemantic, ir, tl
from .values import NUMPY_TYPES, Handle, Tensor, numpy_type, ours


def _same_type(data: np.ndarray, dtype: tl.dtype) -> Handle:
    if dtype.name == "bf16":
        data = round_to_bfloat16(data)
    else:
        expected = numpy_type(dtype)
        if data.dtype != expected:
            data = data.astype(expected)
    return Handle(data, dtype)


def _binary(operation: Callable) -> Callable:
    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        return _same_type(operation(left.data, right.data), left.dtype.scalar)

    return create


def _float_binary(operation: Callable) -> Callable:
    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        dtype = left.dtype.scalar
        if dtype.is_fp8():
            raise unsupported(f"{operation.__name__} of {dtype}")
        return _same_type(operation(left.data, right.data), dtype)

    return create


def _wrapping(operation: Callable, on_bits: Callable) -> Callable:
    # int1 is a one-bit integer that wraps around; numpy's bool saturates.
    def create(self, left: Handle, right: Handle, *_: Any) -> Handle:
        chosen = on_bits if left.data.dtype == bool else operation
        return _same_type(chosen(left.data, right.data), left.dtype.scalar)

    return create


def _comparison(operation: Callable) -> Callable:
    def create(self, left: Handle, right: Handle) -> Handle:
        if left.dtype.scalar.is_fp8():
            raise unsupported(f"comparison of {left.dtype}")
        return Handle(operation(left.data, right.data), tl.int1)

    return create


def _unary(operation: Callable) -> Callable:
    def create(self, operand: Handle) -> Handle:
        if operand.dtype.scalar.is_fp8():
            raise unsupported(f"{operation.__name__} of {operand.dtype}")
        return _same_type(operation(operand.data), operand.dtype.scalar)

    return create


def _shift_as_signed(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.right_shift(left.view(f"i{left.itemsize}"), right.view(f"i{right.itemsize}")).view(left.dtype)


def _divide_integers(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return (left - np.fmod(left, right)) // right


_umulhi64 = np.frompyfunc(lambda a, b: (int(a) * int(b)) >> 64, 2, 1)
_erf = np.frompyfunc(math.erf, 1, 1)


def _fused_multiply_add(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
    if z.dtype == np.float64:
        library = ctypes.CDLL(None).fma
        library.restype, library.argtypes = ctypes.c_double, [ctypes.c_double] * 3
        return np.frompyfunc(library, 3, 1)(x, y, z).astype(np.float64)
    product = x.astype(np.float64) * y.astype(np.float64)  # exact for float32 and narrower
    addend = z.astype(np.float64)
    total = product + addend
    # Knuth's two-sum gives the rounding error; moving to the odd neighbour makes the next rounding exact.
    virtual = total - product
    error = (product - (total - virtual)) + (addend - virtual)
    bits = total.view(np.int64)
    inexact = (error != 0) & np.isfinite(total) & ((bits & 1) == 0)
    away = np.where((error > 0) == (total > 0), 1, -1)
    odd = np.where(inexact, bits + away, bits).view(np.float64)
    return odd.astype(z.dtype)


class Builder(ShapeOperations, CastOperations, DotOperations, AtomicOperations, DescriptorOperations):
    """Executes operations at once on all programs of ``MACHINE``'s chunk."""

    def __init__(self) -> None:
        self.options = SimpleNamespace(
            extern_libs=None,
            debug=False,
            sanitize_overflow=False,
            arch=None,
            supported_fp8_dtypes=("fp8e5", "fp8e5b16", "fp8e4nv", "fp8e4b8", "fp8e4b15"),
            deprecated_fp8_dot_operand_dtypes=(),
            default_dot_input_precision="tf32",
            allowed_dot_input_precisions=("tf32", "tf32x3", "ieee", "bf16x3", "bf16x6"),
            max_num_imprecise_acc_default=0,
            backend_name="lockstep",
        )
        self.codegen_fns = {
            "convert_custom_types": self._convert_custom_types,
            "min_dot_size": lambda left, right: (1, 1, 1),
        }

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("create_", "get_")):
            raise unsupported(name.removeprefix("create_").removeprefix("get_"))
        raise AttributeError(name)

    @staticmethod
    def _convert_custom_types(value: Any, dtype: tl.dtype, rounding: Any, _semantic: Any = None) -> Any:
        raise unsupported(f"conversion of {value.dtype} to {dtype}")

    # Types stand for themselves.
    def get_ptr_ty(self, element: tl.dtype, address_space: Any) -> tl.dtype:
        return tl.pointer_type(element, address_space)

    def get_block_ty(self, dtype: tl.dtype, shape: Any) -> tl.dtype:
        return tl.block_type(dtype, list(shape))

    def get_null_value(self, dtype: tl.dtype) -> Handle:
        return Handle(np.zeros(1, numpy_type(dtype)), dtype.scalar)

    def get_all_ones_value(self, dtype: tl.dtype) -> Handle:
        kind = numpy_type(dtype)
        ones = np.ones(1, bool) if kind == bool else np.full(1, -1, f"i{kind.itemsize}").view(kind)
        return Handle(ones, dtype.scalar)

    def get_bf16(self, value: float) -> Handle:
        return Handle(round_to_bfloat16(np.array([value], np.float32)), tl.bfloat16)

    def get_cache_policy(self, *_: Any) -> None:
        return None

    def create_get_program_id(self, axis: int) -> Handle:
        return Handle(MACHINE.axis(axis), tl.int32)

    def create_get_num_programs(self, axis: int) -> Handle:
        return Handle(np.array([MACHINE.grid[axis]], np.int32), tl.int32)

    create_add = _wrapping(np.add, np.bitwise_xor)
    create_sub = _wrapping(np.subtract, np.bitwise_xor)
    create_mul = _wrapping(np.multiply, np.bitwise_and)
    create_fadd = _float_binary(np.add)
    create_fsub = _float_binary(np.subtract)
    create_fmul = _float_binary(np.multiply)
    create_fdiv = create_precise_divf = create_approx_divf = _float_binary(np.divide)
    create_frem = _float_binary(np.fmod)
    create_sdiv = create_udiv = _binary(_divide_integers)
    create_srem = create_urem = _binary(np.fmod)
    create_and = _binary(np.bitwise_and)
    create_or = _binary(np.bitwise_or)
    create_xor = _binary(np.bitwise_xor)
    create_shl = _binary(np.left_shift)
    create_ashr = _binary(_shift_as_signed)
    create_minsi = create_minui = _binary(np.minimum)
    create_maxsi = create_maxui = _binary(np.maximum)
    create_minimumf = _float_binary(np.minimum)
    create_maximumf = _float_binary(np.maximum)
    create_minnumf = _float_binary(np.fmin)
    create_maxnumf = _float_binary(np.fmax)

    create_icmpSLE = create_icmpULE = create_fcmpOLE = create_fcmpULE = _comparison(np.less_equal)
    create_icmpSLT = create_icmpULT = create_fcmpOLT = create_fcmpULT = _comparison(np.less)
    create_icmpSGE = create_icmpUGE = create_fcmpOGE = create_fcmpUGE = _comparison(np.greater_equal)
    create_icmpSGT = create_icmpUGT = create_fcmpOGT = create_fcmpUGT = _comparison(np.greater)
    create_icmpEQ = create_fcmpOEQ = create_fcmpUEQ = _comparison(np.equal)
    create_icmpNE = create_fcmpONE = create_fcmpUNE = _comparison(np.not_equal)

    create_fneg = _unary(np.negative)
    create_iabs = _unary(np.abs)
    create_fabs = _unary(np.fabs)
    create_exp = _unary(np.exp)
    create_exp2 = _unary(np.exp2)
    create_log = _unary(np.log)
    create_log2 = _unary(np.log2)
    create_sin = _unary(np.sin)
    create_cos = _unary(np.cos)
    create_floor = _unary(np.floor)
    create_ceil = _unary(np.ceil)
    create_sqrt = create_precise_sqrt = _unary(np.sqrt)
    create_rsqrt = _unary(lambda data: 1 / np.sqrt(data))
    create_erf = _unary(lambda data: _erf(data).astype(data.dtype))

    def create_lshr(self, left: Handle, right: Handle) -> Handle:
        unsigned = left.data.view(f"u{left.data.itemsize}")
        shifted = np.right_shift(unsigned, right.data.view(f"u{right.data.itemsize}"))
        return Handle(shifted.view(left.data.dtype), left.dtype.scalar)

    def create_umulhi(self, left: Handle, right: Handle) -> Handle:
        kind, bits = left.data.dtype, left.data.itemsize * 8
        unsigned = np.dtype(f"u{kind.itemsize}")
        a, b = left.data.view(unsigned), right.data.view(unsigned)
        if bits == 64:
            high = _umulhi64(a, b).astype(unsigned)
        else:
            wide = np.dtype(f"u{kind.itemsize * 2}")
            high = ((a.astype(wide) * b.astype(wide)) >> wide.type(bits)).astype(unsigned)
        return Handle(high.view(kind), left.dtype.scalar)

    def create_fma(self, x: Handle, y: Handle, z: Handle) -> Handle:
        return _same_type(_fused_multiply_add(x.data, y.data, z.data), z.dtype.scalar)

    def create_clampf(self, value: Handle, low: Handle, high: Handle, propagate_nan: Any) -> Handle:
        if propagate_nan == ir.PROPAGATE_NAN.NONE:
            data = np.fmin(np.fmax(value.data, low.data), high.data)
        else:
            data = np.clip(value.data, low.data, high.data)
        return _same_type(data, value.dtype.scalar)

    def create_select(self, condition: Handle, left: Handle, right: Handle) -> Handle:
        origin = left.origin if left.origin is right.origin else None
        return Handle(np.where(condition.data, left.data, right.data), right.dtype.scalar, origin)

    def create_print(self, prefix: str, hexadecimal: bool, values: list[Handle], *_: Any) -> None:
        for place, program in enumerate(MACHINE.programs):
            for value in values:
                data = value.data[place if len(value.data) > 1 else 0]
                text = np.vectorize(hex, otypes=[object])(data) if hexadecimal and data.dtype.kind in "iu" else data
                MACHINE.printed.append(f"{MACHINE.coordinates(int(program))} {prefix} {text}")

    def create_assert(self, condition: Handle, message: str, *_: Any) -> None:
        failed = np.flatnonzero(~condition.data.reshape(len(condition.data), -1).astype(bool).all(axis=1))
        if len(failed):
            program = MACHINE.coordinates(int(MACHINE.programs[failed[0]]))
            raise AssertionError(f"{message or 'device assertion'} (program {program})")

    def create_assume(self, condition: Handle) -> None:
        self.create_assert(condition, "assume failed")

    def create_barrier(self, *_: Any) -> None:
        return None

    create_grid_dependency_wait = create_grid_dependency_launch_dependents = create_barrier


def _constant(kind: np.dtype, dtype: tl.dtype) -> Callable:
    def get(self, value: Any) -> Handle:
        return Handle(np.array([value]).astype(kind), dtype)

    return get


_TYPES = {
    "void": tl.void, "half": tl.float16, "bf16": tl.bfloat16, "float": tl.float32, "double": tl.float64,
    "int1": tl.int1, "int8": tl.int8, "int16": tl.int16, "int32": tl.int32, "int64": tl.int64,
    "uint8": tl.uint8, "uint16": tl.uint16, "uint32": tl.uint32, "uint64": tl.uint64,
    "fp8e4nv": tl.float8e4nv, "fp8e4b15": tl.float8e4b15, "fp8e4b8": tl.float8e4b8,
    "fp8e5": tl.float8e5, "fp8e5b16": tl.float8e5b16,
}  # fmt: skip
for _name, _type in _TYPES.items():
    setattr(Builder, f"get_{_name}_ty", lambda self, _type=_type: _type)
for _type in (tl.int1, tl.int8, tl.uint8, tl.int16, tl.uint16, tl.int32, tl.uint32, tl.int64, tl.uint64,
              tl.float16, tl.float32, tl.float64):  # fmt: skip
    setattr(Builder, f"get_{_type.name}", _constant(NUMPY_TYPES[_type.name], _type))


class Semantic(TritonSemantic):
    """Triton's semantic layer, making our tensors."""

    tensor = Tensor

    def to_tensor(self, x: Any, check_type: bool = True) -> Any:
        return ours(x) if isinstance(x, tl.tensor) else super().to_tensor(x, check_type)


BUILDER = Builder()
SEMANTIC = Semantic(BUILDER)
