"""Tensors that nobody has written yet: poisoned, and tracked byte by byte."""

from __future__ import annotations

from typing import Any

import torch

from conformance.memory.shadow import Shadow
from conformance.memory.unwritten import Unwritten
from conformance.torch_internals import (
    WatchedOperators,
    computes,
    declared_writes,
    has_own_dispatch,
    is_written_in_python,
    returns_views,
    tensors_in,
    without_watch,
)
from conformance.torch_storages import ByStorage, writes_to

_EMPTY = frozenset(
    getattr(torch.ops.aten, name)
    for name in (
        "empty",
        "empty_like",
        "empty_strided",
        "empty_permuted",
        "new_empty",
        "new_empty_strided",
    )
)
#: Operators that change what a tensor refers to, not what is in it.
_REBINDING = frozenset({torch.ops.aten.set_, torch.ops.aten.resize_, torch.ops.aten.resize_as_})
#: Namespaces whose operators do what they say; others may run Python that allocates.
_OF_PYTORCH = frozenset({"aten", "prim", "prims", "profiler"})


class Undefined(WatchedOperators):
    """While open, storages made by the ``torch.empty`` family start as undefined.

    They are filled with the byte ``poison`` (0 to 255; None leaves them as they come) and, if
    ``track``, a shadow records which bytes were written since. An operator of PyTorch counts as
    writing all elements of the tensors that its schema mutates, and so does a registered operator
    inside which nobody was seen to write them. Raises ``ValueError`` if ``poison`` is out of range.

    Memory may be written where nobody sees it: by numpy, by another thread, by compiled code. A
    storage that no longer holds its poison, or whose count of writes went on, counts as written.
    """

    def __init__(self, poison: int | None = None, track: bool = True):
        super().__init__()
        if poison is not None and not (isinstance(poison, int) and 0 <= poison <= 255):
            raise ValueError(f"poison must be a byte from 0 to 255 or None, not {poison!r}")
        self.poison, self.track = poison, track
        #: How many operators were called that compute something, and do not only name memory.
        self.computed = 0
        #: What some reads of unwritten bytes find, for emulations that can tell such reads.
        self.unwritten: Unwritten | None = None
        self._shadows: ByStorage[Shadow] = ByStorage()

    def called(self, operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Call ``operator``; note the memory that it allocates or writes."""
        if operator.namespace not in _OF_PYTORCH:
            return self._registered(operator, arguments, keywords)
        result = operator(*arguments, **keywords)
        if operator.overloadpacket in _EMPTY:
            if "out" not in keywords and has_bytes(result):
                self._allocated(result)
            return result
        self.computed += computes(operator)
        if self._shadows and operator.overloadpacket not in _REBINDING:
            self._all_defined(declared_writes(operator, arguments, keywords))
            if not returns_views(operator):
                self._all_defined(result)
        return result

    def _registered(self, operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Call an operator that PyTorch does not bring. What its kernel calls is watched, too.

        What happens in a kernel of Python is seen: writes that it declares count only for memory
        that nobody was seen to write. What happens in C++ is not.
        """
        in_python = is_written_in_python(operator)
        declared = [
            (tensor, None if shadow is None else shadow.changes)
            for tensor in tensors_in(declared_writes(operator, arguments, keywords))
            if has_bytes(tensor)
            for shadow in (self._known(tensor),)
        ]
        result = self.called_with_watch(operator, arguments, keywords)
        for tensor, changes in declared:
            shadow = self._known(tensor)
            if shadow is None:
                continue
            if not in_python or shadow.changes == changes:
                shadow.set(tensor, True)
            self._counted(shadow, tensor)
        self.computed += not in_python
        if not in_python and not returns_views(operator):
            self._all_defined(result)
        return result

    def _all_defined(self, values: Any) -> None:
        for tensor in tensors_in(values):
            if has_bytes(tensor):
                self.defined(tensor)

    def _allocated(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if self.poison is not None and storage.nbytes():
            torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage).fill_(self.poison)
        if self.track:
            self._shadows.set(storage, Shadow(storage.nbytes(), written=False, fill=self.poison))

    def _known(self, tensor: torch.Tensor) -> Shadow | None:
        storage = tensor.untyped_storage()
        shadow = self._shadows.get(storage)
        if shadow is None or len(shadow.data) >= storage.nbytes():
            return shadow
        grown = Shadow(storage.nbytes(), written=False)  # what was added is undefined
        grown.data[: len(shadow.data)] = shadow.data
        grown.changes, grown.version = shadow.changes, shadow.version
        self._shadows.set(storage, grown)
        return grown

    def shadow(self, tensor: torch.Tensor) -> Shadow | None:
        """The shadow of the tensor's storage, or None if it was never undefined."""
        shadow = self._known(tensor)
        if shadow is not None and writes_to(tensor) > shadow.version:
            shadow.all_written()
            shadow.version = writes_to(tensor)
        return shadow

    def undefined(self, tensor: torch.Tensor) -> None:
        """Mark the elements of ``tensor`` as not written; their values stay."""
        shadow = self.shadow(tensor)
        if shadow is None:
            storage = tensor.untyped_storage()
            shadow = Shadow(storage.nbytes(), written=True)
            self._shadows.set(storage, shadow)
        shadow.set(tensor, False)
        shadow.fill, shadow.version = None, max(shadow.version, writes_to(tensor))

    def defined(self, tensor: torch.Tensor) -> None:
        """Mark the elements of ``tensor`` as written."""
        shadow = self._known(tensor)
        if shadow is not None:
            shadow.set(tensor, True)
            self._counted(shadow, tensor)

    def defined_where(self, tensor: torch.Tensor, elements: torch.Tensor) -> None:
        """Mark the elements where the boolean CPU tensor ``elements``, of the same shape, holds."""
        shadow = self.shadow(tensor)
        if shadow is not None:
            shadow.elements(tensor)[elements.numpy()] = True
            shadow.touched()

    def written(self, tensor: torch.Tensor) -> torch.Tensor:
        """A boolean CPU tensor of the same shape: whether every byte of an element was written."""
        shadow = self.shadow(tensor)
        if shadow is None or tensor.numel() == 0 or self._was_written_unseen(shadow, tensor):
            return torch.ones(tuple(tensor.shape), dtype=torch.bool)
        return torch.from_numpy(shadow.elements(tensor).all(axis=-1))

    @staticmethod
    def _counted(shadow: Shadow, tensor: torch.Tensor) -> None:
        # Torch counts a write once the operator, seen here, has come to its end.
        shadow.version = max(shadow.version, writes_to(tensor) + 1)

    @staticmethod
    def _was_written_unseen(shadow: Shadow, tensor: torch.Tensor) -> bool:
        with without_watch():
            memory = torch.empty(0, dtype=torch.uint8, device=tensor.device)
            memory.set_(tensor.untyped_storage())
            return shadow.was_written_unseen(memory.cpu().numpy())


def has_bytes(value: Any) -> bool:
    """Whether ``value`` is a tensor with memory of its own kind of device."""
    return (
        isinstance(value, torch.Tensor)
        and value.layout is torch.strided
        and value.device.type != "meta"
        and not has_own_dispatch(value)
    )
