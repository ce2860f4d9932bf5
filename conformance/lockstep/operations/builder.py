"""The builder that Triton's semantic layer talks to: constants, types, program ids.

It is not derived from the interpreter's builder on purpose: what is missing here raises
``UnsupportedFeature`` instead of running code that knows nothing of the program axis.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.operations.atomics import AtomicOperations
from conformance.lockstep.operations.casts import AccessOperations, CastOperations
from conformance.lockstep.operations.descriptors import DescriptorOperations
from conformance.lockstep.operations.dot import DotOperations
from conformance.lockstep.operations.elementwise import ElementwiseOperations
from conformance.lockstep.operations.shapes import ShapeOperations
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.tensor import Handle, Tensor, ours
from conformance.lockstep.values.types import NUMPY_TYPES, numpy_type
from conformance.triton_internals import TritonSemantic, tl


class Builder(
    ElementwiseOperations,
    ShapeOperations,
    CastOperations,
    AccessOperations,
    DotOperations,
    AtomicOperations,
    DescriptorOperations,
):
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
    def _convert_custom_types(
        value: Any, dtype: tl.dtype, rounding: Any, _semantic: Any = None
    ) -> Any:
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
        ones = (
            np.ones(1, bool) if kind.kind == "b" else np.full(1, -1, f"i{kind.itemsize}").view(kind)
        )
        return Handle(ones, dtype.scalar)

    def get_bf16(self, value: float) -> Handle:
        return Handle(round_to_bfloat16(np.array([value], np.float32)), tl.bfloat16)

    def get_cache_policy(self, *_: Any) -> None:
        return None

    def create_get_program_id(self, axis: int) -> Handle:
        return Handle(MACHINE.axis(axis), tl.int32)

    def create_get_num_programs(self, axis: int) -> Handle:
        return Handle(np.array([MACHINE.grid[axis]], np.int32), tl.int32)

    def create_print(self, prefix: str, hexadecimal: bool, values: list[Handle], *_: Any) -> None:
        for place, program in enumerate(MACHINE.programs):
            for value in values:
                data = value.data[place if len(value.data) > 1 else 0]
                text = (
                    np.vectorize(hex, otypes=[object])(data)
                    if hexadecimal and data.dtype.kind in "iu"
                    else data
                )
                MACHINE.printed.append(
                    f"{MACHINE.coordinates(int(program))} {prefix.strip()} {text}"
                )

    def create_assert(self, condition: Handle, message: str, *_: Any) -> None:
        failed = np.flatnonzero(
            ~condition.data.reshape(len(condition.data), -1).astype(bool).all(axis=1)
        )
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
    "void": tl.void,
    "half": tl.float16,
    "bf16": tl.bfloat16,
    "float": tl.float32,
    "double": tl.float64,
    "int1": tl.int1,
    "int8": tl.int8,
    "int16": tl.int16,
    "int32": tl.int32,
    "int64": tl.int64,
    "uint8": tl.uint8,
    "uint16": tl.uint16,
    "uint32": tl.uint32,
    "uint64": tl.uint64,
    "fp8e4nv": tl.float8e4nv,
    "fp8e4b15": tl.float8e4b15,
    "fp8e4b8": tl.float8e4b8,
    "fp8e5": tl.float8e5,
    "fp8e5b16": tl.float8e5b16,
}
for _name, _type in _TYPES.items():
    setattr(Builder, f"get_{_name}_ty", lambda self, _type=_type: _type)
for _type in (
    tl.int1,
    tl.int8,
    tl.uint8,
    tl.int16,
    tl.uint16,
    tl.int32,
    tl.uint32,
    tl.int64,
    tl.uint64,
    tl.float16,
    tl.float32,
    tl.float64,
):
    setattr(Builder, f"get_{_type.name}", _constant(NUMPY_TYPES[_type.name], _type))


class Semantic(TritonSemantic):
    """Triton's semantic layer, making our tensors."""

    tensor = Tensor

    def to_tensor(self, x: Any, check_type: bool = True) -> Any:
        return ours(x) if isinstance(x, tl.tensor) else super().to_tensor(x, check_type)


BUILDER = Builder()
SEMANTIC = Semantic(BUILDER)
