"""Every access of a kernel to its tensors: addresses, bounds, what was written, the transfer."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from conformance.memory.violation import OUT_OF_BOUNDS_READ, OUT_OF_BOUNDS_WRITE, UNINITIALISED_READ
from conformance.vendors.rebel.memory.argument import Argument
from conformance.vendors.rebel.memory.block_pointers import BlockPointer
from conformance.vendors.rebel.watching.report import UNDECLARED_READ, UNDECLARED_WRITE
from conformance.vendors.rebel.watching.running import current


def read(pointer: BlockPointer, sizes: Sequence[int]) -> torch.Tensor:
    """The first ``sizes`` elements of the block, as a tensor of that shape of its own."""
    argument = pointer.base
    if (first := _inside(pointer, sizes)) is not None:
        if argument.written is not None:
            known = argument.written.as_strided(sizes, pointer.strides, first)
            _note(UNINITIALISED_READ, argument, ~known, _addresses(pointer, sizes))
        place = argument.flat.storage_offset() + first
        return argument.flat.as_strided(sizes, pointer.strides, place).clone()
    address, reachable = _check(pointer, sizes, OUT_OF_BOUNDS_READ, UNDECLARED_READ)
    if argument.written is not None:
        unknown = ~argument.written[torch.where(reachable, address, 0)] & reachable
        _note(UNINITIALISED_READ, argument, unknown, address)
    nothing = float("nan") if argument.flat.dtype.is_floating_point else -1
    found = torch.full(tuple(sizes), nothing, dtype=argument.flat.dtype)
    found[reachable] = argument.flat[address[reachable]]
    return found


def write(pointer: BlockPointer, sizes: Sequence[int], value: torch.Tensor) -> None:
    """Store ``value``, of shape ``sizes``, in the first elements of the block."""
    argument = pointer.base
    argument.stored = True
    value = value.to(argument.flat.dtype)
    if (first := _inside(pointer, sizes)) is not None:
        place = argument.flat.storage_offset() + first
        argument.flat.as_strided(sizes, pointer.strides, place).copy_(value)
        if argument.written is not None:
            argument.written.as_strided(sizes, pointer.strides, first).fill_(True)
        return
    address, reachable = _check(pointer, sizes, OUT_OF_BOUNDS_WRITE, UNDECLARED_WRITE)
    argument.flat[address[reachable]] = value[reachable]
    if argument.written is not None:
        argument.written[address[reachable]] = True


def _inside(pointer: BlockPointer, sizes: Sequence[int]) -> int | None:
    """Address of the first element if no rule is broken and torch can view the elements."""
    low, high, first = 0, 0, 0
    for offset, size, length, stride in zip(
        pointer.offsets, sizes, pointer.shape, pointer.strides, strict=True
    ):
        if size == 0 or stride < 0 or offset < 0 or offset + size > length:
            return None
        first += offset * stride
        high += (size - 1) * stride
    low, high = first, first + high
    return first if low >= 0 and high < pointer.base.flat.numel() else None


def _addresses(pointer: BlockPointer, sizes: Sequence[int]) -> torch.Tensor:
    address = torch.zeros(tuple(sizes), dtype=torch.int64)
    for axis, place in enumerate(_places(pointer, sizes)):
        address += place * pointer.strides[axis]
    return address


def _places(pointer: BlockPointer, sizes: Sequence[int]) -> list[torch.Tensor]:
    """For each axis the declared index of every element, ready to broadcast."""
    rank = len(sizes)
    return [
        (offset + torch.arange(size)).view([-1 if axis == own else 1 for own in range(rank)])
        for axis, (offset, size) in enumerate(zip(pointer.offsets, sizes, strict=True))
    ]


def _check(
    pointer: BlockPointer, sizes: Sequence[int], outside: str, undeclared: str
) -> tuple[torch.Tensor, torch.Tensor]:
    """Addresses, and which of them are in the tensor's memory; notes those that break a rule."""
    address = _addresses(pointer, sizes)
    reachable = (address >= 0) & (address < pointer.base.flat.numel())
    declared = torch.ones(tuple(sizes), dtype=torch.bool)
    for place, length in zip(_places(pointer, sizes), pointer.shape, strict=True):
        declared &= (place >= 0) & (place < length)
    detail = f"block at {pointer.offsets} of {pointer.shape}, tensor {pointer.tensor_shape}"
    _note(outside, pointer.base, ~reachable, address, detail)
    _note(undeclared, pointer.base, reachable & ~declared, address, detail)
    return address, reachable


def _note(
    kind: str, argument: Argument, broken: torch.Tensor, address: torch.Tensor, detail: str = ""
) -> None:
    if count := int(broken.sum()):
        first = int(address[broken][0]) * argument.item_size
        current().record(kind, argument.name, first, count, detail)
