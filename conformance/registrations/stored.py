"""The bytes behind tensors: whole storages, before and after a call."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from conformance.torch_internals import undisturbed


def bytes_of(tensor: torch.Tensor) -> torch.Tensor:
    """Every byte of the storage of a strided tensor, as a 1-D uint8 tensor on the CPU. A copy."""
    with undisturbed():
        storage = tensor.untyped_storage()
        view = torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage)
        return view.clone() if tensor.device.type == "cpu" else view.cpu()


def elements_of(tensor: torch.Tensor) -> torch.Tensor:
    """A bool for each byte of the storage: whether it belongs to an element of the tensor."""
    with undisturbed():
        size = tensor.element_size()
        owned = torch.zeros(tensor.untyped_storage().nbytes() // size, dtype=torch.bool)
        if tensor.numel():
            owned.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset()).fill_(True)
        rest = tensor.untyped_storage().nbytes() % size
        return torch.cat([owned.repeat_interleave(size), torch.zeros(rest, dtype=torch.bool)])


@dataclass(frozen=True)
class Changed:
    """Bytes of a storage that differ: those of elements, and those that belong to none."""

    elements: int = 0
    beyond: int = 0
    first: int = 0
    """The first changed byte, counted from the tensor's first element."""


Bytes = Mapping[str, torch.Tensor]


def snapshot(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The bytes of each tensor's storage."""
    return {name: bytes_of(tensor) for name, tensor in tensors.items()}


def changes(tensors: Mapping[str, torch.Tensor], before: Bytes) -> dict[str, Changed]:
    """What differs from ``before``; tensors whose storages hold the same bytes are left out."""
    found = {}
    for name, tensor in tensors.items():
        now = bytes_of(tensor)
        if len(now) != len(before[name]):
            found[name] = Changed(beyond=abs(len(now) - len(before[name])))
            continue
        differs = now != before[name]
        if not differs.any():
            continue
        own = elements_of(tensor)
        place = int(differs.nonzero()[0]) - int(tensor.storage_offset()) * tensor.element_size()
        found[name] = Changed(
            _elements(differs & own, tensor), _elements(differs & ~own, tensor), place
        )
    return found


def _elements(differs: torch.Tensor, tensor: torch.Tensor) -> int:
    size = tensor.element_size()
    whole = len(differs) // size * size
    count = int(differs[:whole].view(-1, size).any(-1).sum())
    return count + int(differs[whole:].any())


def same_bytes(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors have one shape and dtype and hold the same bits, whatever their strides.

    A NaN is equal to a NaN of the same bits.
    """
    return a.shape == b.shape and a.dtype == b.dtype and not bool(differing(a, b).any())


def differing(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """For two tensors of one shape and dtype, a bool for each element: whether bits differ."""
    with undisturbed():
        raw_a, raw_b = (_raw(each).view(torch.uint8) for each in (a, b))
        count = a.numel()
        if not count:
            return torch.zeros(a.shape, dtype=torch.bool)
        return (raw_a != raw_b).view(count, -1).any(-1).view(a.shape)


def _raw(tensor: torch.Tensor) -> torch.Tensor:
    resolved = tensor.detach().resolve_conj().resolve_neg().cpu()
    return resolved.clone(memory_format=torch.contiguous_format).reshape(-1)
