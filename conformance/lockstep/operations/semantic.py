"""Triton's semantic layer on our builder."""

from __future__ import annotations

from typing import Any

import triton.language as tl

from conformance.lockstep.operations.builder import Builder
from conformance.lockstep.values.tensor import BlockPointerTensor, Tensor, ours
from conformance.triton_internals import TritonSemantic


class Semantic(TritonSemantic):
    """Triton's semantic layer, making our tensors."""

    tensor = Tensor

    def to_tensor(self, x: Any, check_type: bool = True) -> Any:
        return ours(x) if isinstance(x, tl.tensor) else super().to_tensor(x, check_type)

    def make_block_ptr(self, *arguments: Any) -> Any:
        pointer = super().make_block_ptr(*arguments)
        return BlockPointerTensor(pointer.handle, pointer.type)

    def advance(self, base: Any, offsets: Any) -> Any:
        pointer = super().advance(base, offsets)
        return BlockPointerTensor(pointer.handle, pointer.type)


BUILDER = Builder()
SEMANTIC = Semantic(BUILDER)
