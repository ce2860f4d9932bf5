"""Tensors whose address somebody asked for: what pointers that are kept in memory may lead to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import torch

from conformance.torch_internals import (
    StorageReference,
    has_own_dispatch,
    noting_addresses,
    without_watch,
)


class _View(NamedTuple):
    storage: int
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    dtype: torch.dtype


class Addresses:
    """The tensors whose ``data_ptr()`` was asked for while ``watching()``, and storages likewise.

    A tensor is forgotten when its storage is freed; the view that was asked may be gone earlier.
    """

    def __init__(self) -> None:
        self._asked: dict[_View, StorageReference] = {}
        self._limit = 256

    def watching(self) -> AbstractContextManager[None]:
        """A context in which questions for addresses are noted."""
        return noting_addresses(self._note)

    def tensors(self) -> Iterator[torch.Tensor]:
        """Those that are still alive, as plain tensors of the same shapes and strides."""
        for view, reference in list(self._asked.items()):
            storage = reference.storage
            if storage is None:
                self._asked.pop(view, None)
                continue
            with without_watch():
                tensor = torch.empty(0, dtype=view.dtype, device=storage.device)
                yield tensor.set_(storage, view.offset, view.shape, view.stride)

    def _note(self, asked: Any) -> None:
        if isinstance(asked, torch.Tensor):
            if asked.layout is not torch.strided or has_own_dispatch(asked) or asked.is_quantized:
                return
            storage, dtype = asked.untyped_storage(), asked.dtype
            shape, stride, offset = tuple(asked.shape), asked.stride(), int(asked.storage_offset())
        else:
            storage, dtype = asked, torch.uint8
            shape, stride, offset = (asked.nbytes(),), (1,), 0
        if storage.device.type == "meta" or not storage.nbytes():
            return
        if len(self._asked) >= self._limit:
            self._asked = {view: kept for view, kept in self._asked.items() if kept.storage}
            self._limit = max(256, 2 * len(self._asked))
        reference = StorageReference(storage)
        self._asked[_View(reference.identity, offset, shape, stride, dtype)] = reference
