"""Storages of torch: which one a tensor has, who still holds it, and where it lies.

One of the modules that touch torch's internals; see :mod:`conformance.torch_internals`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import torch
from torch.multiprocessing.reductions import StorageWeakRef

T = TypeVar("T")


def identity_of(storage: torch.UntypedStorage) -> int:
    """The same number for a storage as long as it lives, whatever object stands for it."""
    return int(storage._cdata)


class ByStorage(Generic[T]):
    """One value for each storage of torch, for as long as the storage lives."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[StorageWeakRef, T]] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def get(self, storage: torch.UntypedStorage) -> T | None:
        """The value of ``storage``, or None if it has none."""
        known = self._known.get(storage._cdata)
        return None if known is None or known[0].expired() else known[1]

    def set(self, storage: torch.UntypedStorage, value: T) -> None:
        """Give ``storage`` a value, in place of any other."""
        if len(self._known) > 64:
            self._known = {key: kept for key, kept in self._known.items() if not kept[0].expired()}
        self._known[storage._cdata] = StorageWeakRef(storage), value


class StorageReference:
    """A storage of torch that others may free meanwhile."""

    def __init__(self, storage: torch.UntypedStorage):
        self._weak = StorageWeakRef(storage)
        self.identity = int(self._weak.cdata)

    @property
    def storage(self) -> torch.UntypedStorage | None:
        """The storage, or None if nobody holds it any more."""
        if self._weak.expired():
            return None
        return torch.UntypedStorage._new_with_weak_ptr(self._weak.cdata)


def storage_at(address: int, size: int, device: torch.device) -> torch.UntypedStorage:
    """A storage over ``size`` bytes of memory that somebody else owns; it cannot be resized.

    The owner must keep the memory for as long as the storage lives.
    """
    construct: Any = torch._C._construct_storage_from_data_pointer
    storage: torch.UntypedStorage = construct(address, device, size)
    return storage


@contextmanager
def noting_addresses(note: Callable[[Any], None]) -> Iterator[None]:
    """While open, ``note`` is called with tensors and storages whose address is asked for."""
    owners: tuple[Any, Any] = (torch.Tensor, torch.UntypedStorage)
    tensor_address = torch.Tensor.data_ptr

    def of_tensor(self: torch.Tensor) -> int:
        address = tensor_address(self)
        note(self)
        return address

    def of_storage(self: torch.UntypedStorage) -> int:
        note(self)
        return address_of(self)

    for owner, replacement in zip(owners, (of_tensor, of_storage), strict=True):
        owner.data_ptr = replacement
    try:
        yield
    finally:
        for owner in owners:
            del owner.data_ptr


def address_of(storage: torch.UntypedStorage) -> int:
    """The address of a storage, without asking for it (see ``noting_addresses``)."""
    plain: Any = torch._C.StorageBase
    return int(plain.data_ptr(storage))


def writes_to(tensor: torch.Tensor) -> int:
    """How often a tensor's memory has been written to through torch, views included.

    0 for tensors that were made in inference mode: torch does not count for these.
    """
    return 0 if tensor.is_inference() else int(tensor._version)
