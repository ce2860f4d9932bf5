"""Tensor descriptors that the host passes to a launch."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.values.tensor import make_tensor


def host_descriptor(semantic: Any, base: Any, argument: Any) -> Any:
    """The tensor descriptor of a launch argument; ``base`` is the tensor of its pointer."""

    def integer(value: int, dtype: tl.dtype) -> Any:
        return make_tensor(np.array([value], np.int32 if dtype is tl.int32 else np.int64), dtype)

    strides = [integer(int(stride), tl.int64) for stride in argument.strides[:-1]] + [
        tl.constexpr(1)
    ]
    descriptor = semantic.make_tensor_descriptor(
        base=base,
        shape=[integer(int(length), tl.int32) for length in argument.shape],
        strides=strides,
        block_shape=[tl.constexpr(int(length)) for length in argument.block_shape],
        padding_option=getattr(argument, "padding", "zero"),
    )
    descriptor.handle.round_to_tf32 = bool(getattr(argument, "round_f32_to_tf32", False))
    return descriptor
