"""Calls of libdevice functions.

In a process without a GPU ``triton.language.extra.libdevice`` holds stubs that return None.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.language.libdevice_functions import FLOAT, PREDICATES
from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.tensor import Tensor, make_tensor

#: It waits for the launch before, which has ended here: only whether it was called is asked.
_WAIT = "gdc_wait"
#: It lets the next launch begin, which begins here when this one has ended.
_NOTHING = "gdc_launch_dependents"


def call(function: Any, *arguments: Any, **keywords: Any) -> Tensor | None:
    """What the libdevice function gives, computed in the type that its arguments have together.

    Raises ``UnsupportedFeature`` for a function that ``libdevice_functions`` lacks, and for types
    narrower than fp32.
    """
    name = getattr(function, "__name__", str(function))
    if name == _WAIT:
        MACHINE.memory.wait()
    if name in (_WAIT, _NOTHING):
        return None
    if name not in FLOAT and name not in PREDICATES:
        raise unsupported(f"libdevice function {name}")
    values = [SEMANTIC.to_tensor(each) for each in arguments]
    while (
        len({value.dtype for value in values}) > 1
        or len({tuple(value.type.shape) if value.type.is_block() else () for value in values}) > 1
    ):
        values = list(SEMANTIC.binary_op_type_checking_impl(*values))
    dtype = values[0].dtype
    if name == "abs" and dtype.is_int():
        return make_tensor(np.abs(values[0].handle.data), dtype)
    if not (dtype.is_fp32() or dtype.is_fp64()):
        raise unsupported(f"libdevice function {name} of {dtype}")
    data = [value.handle.data for value in values]
    if name in PREDICATES:
        return make_tensor(PREDICATES[name](*data).astype(np.int32), tl.int32)
    return make_tensor(FLOAT[name](*data).astype(data[0].dtype, copy=False), dtype)
