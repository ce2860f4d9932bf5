"""Triton's semantic layer on our builder."""

from __future__ import annotations

from typing import Any

import triton.language as tl

from conformance.lockstep.operations.builder import Builder
from conformance.lockstep.values.tensor import BlockPointerTensor, Tensor, ours
from conformance.triton_internals import TritonSemantic, as_constexpr_where_wanted


class Semantic(TritonSemantic):
    """Triton's semantic layer, making our tensors."""

    tensor = Tensor

    def to_tensor(self, x: Any, check_type: bool = True) -> Any:
        return ours(x) if isinstance(x, tl.tensor) else super().to_tensor(x, check_type)

    def make_block_ptr(self, *arguments: Any) -> Any:
        pointer = super().make_block_ptr(*arguments)
        return BlockPointerTensor(pointer.handle, pointer.type)

    def dot_scaled(
        self,
        lhs: Any,
        lhs_scale: Any,
        lhs_format: Any,
        rhs: Any,
        rhs_scale: Any,
        rhs_format: Any,
        *rest: Any,
    ) -> Any:
        formats = [as_constexpr_where_wanted(each) for each in (lhs_format, rhs_format)]
        return super().dot_scaled(lhs, lhs_scale, formats[0], rhs, rhs_scale, formats[1], *rest)

    def advance(self, base: Any, offsets: Any) -> Any:
        pointer = super().advance(base, offsets)
        return BlockPointerTensor(pointer.handle, pointer.type)


BUILDER = Builder()
SEMANTIC = Semantic(BUILDER)
