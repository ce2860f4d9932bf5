"""Tensors whose address somebody asked for: what pointers that are kept in memory may lead to."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch

from conformance.torch_internals import has_own_dispatch, without_watch
from conformance.torch_storages import StorageReference, address_of, noting_addresses


class _View(NamedTuple):
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype


@dataclass(frozen=True)
class Place:
    """Where a tensor lies in its storage."""

    view: _View
    storage: torch.UntypedStorage

    @property
    def start(self) -> int:
        """The address of its first element."""
        return address_of(self.storage) + self.view.offset * self.view.dtype.itemsize

    @property
    def stop(self) -> int:
        """The address behind its last element."""
        if 0 in self.view.shape:
            return self.start
        steps = zip(self.view.shape, self.view.stride, strict=True)
        covered = 1 + sum((length - 1) * stride for length, stride in steps)
        return self.start + self.view.dtype.itemsize * covered

    @property
    def what(self) -> str:
        """Its dtype and shape."""
        return f"{str(self.view.dtype).split('.')[-1]} tensor {self.view.shape}"

    def tensor(self) -> torch.Tensor:
        """A plain tensor of the same shape and strides."""
        view = self.view
        with without_watch():
            tensor = torch.empty(0, dtype=view.dtype, device=self.storage.device)
            # `data` starts to count writes anew: `set_` was no write of what lies there.
            return tensor.set_(self.storage, view.offset, view.shape, view.stride).data


def place_of(tensor: torch.Tensor) -> Place:
    """Where ``tensor``, which is strided, lies."""
    offset, shape = int(tensor.storage_offset()), tuple(tensor.shape)
    return Place(_View(offset, shape, tensor.stride(), tensor.dtype), tensor.untyped_storage())


class Addresses:
    """The tensors whose ``data_ptr()`` was asked for while ``watching()``, and storages likewise.

    A tensor is forgotten when its storage is freed; the view that was asked may be gone earlier.
    """

    def __init__(self) -> None:
        self._asked: dict[tuple[int, _View], StorageReference] = {}
        self._limit = 256

    def watching(self) -> AbstractContextManager[None]:
        """A context in which questions for addresses are noted."""
        return noting_addresses(self._note)

    def places(self) -> list[Place]:
        """Where those lie that are still alive."""
        found = []
        for key, reference in list(self._asked.items()):
            storage = reference.storage
            if storage is None:
                self._asked.pop(key, None)
            else:
                found.append(Place(key[1], storage))
        return found

    def _note(self, asked: Any) -> None:
        if isinstance(asked, torch.Tensor):
            if asked.layout is not torch.strided or has_own_dispatch(asked) or asked.is_quantized:
                return
            place = place_of(asked)
        else:
            place = Place(_View(0, (asked.nbytes(),), (1,), torch.uint8), asked)
        if place.storage.device.type != "cpu" or 0 in place.view.shape:
            return
        if len(self._asked) >= self._limit:
            self._asked = {key: kept for key, kept in self._asked.items() if kept.storage}
            self._limit = max(256, 2 * len(self._asked))
        reference = StorageReference(place.storage)
        self._asked[reference.identity, place.view] = reference
