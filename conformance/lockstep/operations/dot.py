"""Matrix products."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.operations.casts import convert
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.handle import Handle


def _operand(handle: Handle) -> np.ndarray:
    dtype = handle.dtype.scalar
    return convert(handle.data, dtype, tl.float16) if dtype.is_fp8() else handle.data


class DotOperations:
    """Builder methods for matrix products; the program axis is one more batch axis."""

    def create_dot(self, left: Handle, right: Handle, accumulator: Handle, *_: Any) -> Handle:
        MACHINE.memory.phases.exchange()
        data = np.matmul(_operand(left), _operand(right), dtype=accumulator.data.dtype)
        data = data + accumulator.data
        dtype = accumulator.dtype.scalar
        return Handle(round_to_bfloat16(data) if dtype.name == "bf16" else data, dtype)
