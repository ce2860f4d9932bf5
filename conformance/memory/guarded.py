"""Tensors in storages of their own, between guards."""

from __future__ import annotations

from dataclasses import dataclass

import torch

GUARD_BYTE = 0xFF
"""Guards hold all-ones: NaN in most float dtypes, -1 in every integer dtype; reading one shows."""
_WITHOUT_NEGATIVE_ZERO = (torch.float8_e4m3fnuz, torch.float8_e5m2fnuz)


def guard_byte(dtype: torch.dtype) -> int:
    """The byte that fills the guards of a tensor, so that each of their elements is NaN or -1.

    Two dtypes of eight bits have a single NaN, where others have the negative zero.
    """
    return 0x80 if dtype in _WITHOUT_NEGATIVE_ZERO else GUARD_BYTE


@dataclass(frozen=True)
class Buffer:
    """A tensor and the whole storage it lies in, guards included.

    ``storage`` is a 1-D uint8 tensor over every byte of the storage.
    """

    tensor: torch.Tensor
    storage: torch.Tensor

    def snapshot(self) -> torch.Tensor:
        """A copy of every byte."""
        return self.storage.clone()

    def overwrite(self, values: torch.Tensor) -> None:
        """New contents in the same memory. ``values`` has the tensor's shape."""
        if 0 in self.tensor.stride() and self.tensor.numel():
            self.tensor[:1].copy_(values[:1])
        else:
            self.tensor.copy_(values)

    def outside(self) -> torch.Tensor:
        """A bool per byte of the storage: true where the byte belongs to no element (CPU)."""
        element = self.tensor.element_size()
        free = torch.ones(self.storage.numel() // element, dtype=torch.bool)
        if self.tensor.numel():
            free.as_strided(
                self.tensor.shape, self.tensor.stride(), self.tensor.storage_offset()
            ).fill_(False)
        return free.repeat_interleave(element)
