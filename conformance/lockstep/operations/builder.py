"""The builder that Triton's semantic layer talks to: constants, types, program ids.

It is not derived from the interpreter's builder on purpose: what is missing here raises
``UnsupportedFeature`` instead of running code that knows nothing of the program axis.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.operations.atomics import AtomicOperations
from conformance.lockstep.operations.block_pointers import BlockPointerOperations
from conformance.lockstep.operations.casts import CastOperations
from conformance.lockstep.operations.constants import ConstantOperations
from conformance.lockstep.operations.descriptors import DescriptorOperations
from conformance.lockstep.operations.dot import DotOperations
from conformance.lockstep.operations.dot_scaled import DotScaledOperations
from conformance.lockstep.operations.elementwise import ElementwiseOperations
from conformance.lockstep.operations.printing import PrintOperations
from conformance.lockstep.operations.shapes import ShapeOperations
from conformance.lockstep.operations.transfer import TransferOperations
from conformance.lockstep.values.handle import Handle


class Builder(
    ElementwiseOperations,
    ShapeOperations,
    CastOperations,
    ConstantOperations,
    TransferOperations,
    DotOperations,
    AtomicOperations,
    DescriptorOperations,
    BlockPointerOperations,
    DotScaledOperations,
    PrintOperations,
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

    def create_get_program_id(self, axis: int) -> Handle:
        return Handle(MACHINE.axis(axis), tl.int32)

    def create_get_num_programs(self, axis: int) -> Handle:
        return Handle(np.array([MACHINE.grid[axis]], np.int32), tl.int32)

    def create_barrier(self, *_: Any) -> None:
        MACHINE.memory.phases.barrier()

    def create_grid_dependency_wait(self, *_: Any) -> None:
        return None

    create_grid_dependency_launch_dependents = create_grid_dependency_wait
