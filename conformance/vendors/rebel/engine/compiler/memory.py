"""Memory of KV caches. The engine holds meta tensors: on an NPU the compiler owns their memory."""

from __future__ import annotations

from collections.abc import Iterable

import torch

from conformance.torch_storages import identity_of

_ONES = 255
"""A byte of which every floating-point number is NaN, and every signed integer is -1."""


class CompilerMemory:
    """Gives each storage on the meta device real memory, in which everything is NaN at first."""

    def __init__(self) -> None:
        # The storage is kept, so that no other one gets its number.
        self._memory: dict[int, tuple[torch.UntypedStorage, torch.Tensor]] = {}

    def real(self, tensor: torch.Tensor) -> torch.Tensor:
        """``tensor`` itself, or for a meta tensor one of the same layout that has memory."""
        if not tensor.is_meta:
            return tensor
        storage = tensor.untyped_storage()
        number = identity_of(storage)
        if number not in self._memory:
            size = storage.nbytes()
            self._memory[number] = storage, torch.full((size,), _ONES, dtype=torch.uint8)
        memory = self._memory[number][1].view(tensor.dtype)
        return memory.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())

    def release(self, tensors: Iterable[torch.Tensor]) -> None:
        """Give back the memory of meta tensors that nobody uses any more."""
        for tensor in tensors:
            self._memory.pop(identity_of(tensor.untyped_storage()), None)

    def __len__(self) -> int:
        """How many storages have memory."""
        return len(self._memory)


MEMORY = CompilerMemory()
"""That of this process."""
