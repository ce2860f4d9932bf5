"""Calls of a subject whose new tensors lie between guards."""

from __future__ import annotations

from typing import Any

import torch

from conformance.memory.arena import Arena
from conformance.memory.undefined import Undefined, has_bytes
from conformance.torch_internals import without_watch

_FILLED = frozenset(
    getattr(torch.ops.aten, name)
    for name in (
        "zeros", "zeros_like", "new_zeros", "ones", "ones_like", "new_ones",
        "full", "full_like", "new_full",
    )
)  # fmt: skip
"""Operators that make a tensor and give it contents."""
_RESIZING = frozenset({torch.ops.aten.resize_, torch.ops.aten.resize_as_})

NEW = "a tensor that the call made"
"""What is said of a tensor of the subject's own."""


class GuardedCalls(Undefined):
    """While open, tensors of the ``torch.empty`` and ``torch.zeros`` families lie in an arena.

    Those of the ``torch.empty`` family hold the byte ``poison``. A tensor that is resized moves out
    of the arena, with the storage that torch would have given it.
    """

    def __init__(self, arena: Arena, poison: int) -> None:
        super().__init__(poison=poison, track=False)
        self._arena = arena

    def called(self, operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Call ``operator``; new tensors and those that are resized move."""
        if operator.overloadpacket in _RESIZING:
            self._leave(arguments[0])
        result = super().called(operator, arguments, keywords)
        if operator.overloadpacket in _FILLED and has_bytes(result) and self._is_here(result):
            self._move(result, keep=True)
        return result

    def _allocated(self, tensor: torch.Tensor) -> None:
        if self._is_here(tensor):
            self._move(tensor, keep=False)
        super()._allocated(tensor)

    def _is_here(self, tensor: torch.Tensor) -> bool:
        return str(tensor.device) == self._arena.device

    def _move(self, tensor: torch.Tensor, keep: bool) -> None:
        own = tensor.untyped_storage()
        with without_watch(), torch.no_grad():
            storage = self._arena.storage(own.nbytes(), NEW)
            if keep:
                storage.copy_(own)
            _put(tensor, storage)

    def _leave(self, tensor: Any) -> None:
        if has_bytes(tensor) and self._arena.holds(tensor.untyped_storage()):
            with without_watch(), torch.no_grad():
                _put(tensor, tensor.untyped_storage().clone())


def _put(tensor: torch.Tensor, storage: torch.UntypedStorage) -> None:
    """Let a tensor have another storage."""
    place = tensor.storage_offset(), tuple(tensor.shape), tensor.stride()
    tensor.set_(storage, *place)
