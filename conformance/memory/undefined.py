"""Tensors that nobody has written yet: poisoned, and tracked byte by byte."""

from __future__ import annotations

from typing import Any

import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from conformance.memory.shadow import Shadow

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
_KEYS = {
    kind: torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, key))
    for kind, key in (("cpu", "CPU"), ("cuda", "CUDA"), ("xpu", "XPU"))
}


def _has_bytes(value: Any) -> bool:
    return (
        isinstance(value, torch.Tensor)
        and value.layout is torch.strided
        and value.device.type != "meta"
        and type(value) in (torch.Tensor, torch.nn.Parameter)
    )


class Undefined(TorchDispatchMode):
    """While open, storages made by the ``torch.empty`` family start as undefined.

    They are filled with the byte ``poison`` (0 to 255; None leaves them as they come) and, if
    ``track``, a shadow records which bytes were written since. Any other operator counts as writing
    all elements of the tensors that its schema mutates. Raises ``ValueError`` if ``poison`` is out
    of range.
    """

    def __init__(self, poison: int | None = None, track: bool = True):
        super().__init__()
        if poison is not None and not (isinstance(poison, int) and 0 <= poison <= 255):
            raise ValueError(f"poison must be a byte from 0 to 255 or None, not {poison!r}")
        self.poison, self.track = poison, track
        self._shadows: dict[int, tuple[StorageWeakRef, Shadow]] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return (
            False  # torch would otherwise import its compiler, for seconds, at the first operator
        )

    def __torch_dispatch__(
        self, function: Any, types: Any, arguments: tuple = (), keywords: Any = None
    ) -> Any:
        keywords = keywords or {}
        if function.namespace not in _OF_PYTORCH:
            return self._inside(function, arguments, keywords)
        result = function(*arguments, **keywords)
        if function.overloadpacket in _EMPTY:
            if "out" not in keywords and _has_bytes(result):
                self._allocated(result)
        elif self._shadows and function.overloadpacket not in _REBINDING:
            self._mutated(function, arguments, keywords, result)
        return result

    def _inside(self, function: Any, arguments: tuple, keywords: dict) -> Any:
        """Call a registered operator with this mode on, so that its own memory counts as well.

        A mode is off while what it intercepts runs; the kernel for the tensors' device is called
        with the mode on.
        """
        devices = {
            leaf.device.type
            for leaf in tree_leaves((arguments, keywords))
            if isinstance(leaf, torch.Tensor)
        }
        key = _KEYS.get(devices.pop()) if len(devices) == 1 else None
        with self:
            if key is None:
                return function(*arguments, **keywords)
            return function.redispatch(key, *arguments, **keywords)

    def _allocated(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if self.poison is not None and storage.nbytes():
            torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage).fill_(self.poison)
        if self.track:
            if len(self._shadows) > 64:
                self._shadows = {
                    key: kept for key, kept in self._shadows.items() if not kept[0].expired()
                }
            self._shadows[storage._cdata] = (
                StorageWeakRef(storage),
                Shadow(storage.nbytes(), written=False),
            )

    def _mutated(self, function: Any, arguments: tuple, keywords: dict, result: Any) -> None:
        for place, declared in enumerate(function._schema.arguments):
            if declared.alias_info is not None and declared.alias_info.is_write:
                value = arguments[place] if place < len(arguments) else keywords.get(declared.name)
                self._defined_leaves(value)
        if all(each.alias_info is None for each in function._schema.returns):
            self._defined_leaves(result)

    def _defined_leaves(self, value: Any) -> None:
        for leaf in (value,) if isinstance(value, torch.Tensor) else tree_leaves(value):
            if _has_bytes(leaf):
                shadow = self.shadow(leaf)
                if shadow is not None:
                    shadow.set(leaf, True)

    def shadow(self, tensor: torch.Tensor) -> Shadow | None:
        """The shadow of the tensor's storage, or None if it was never undefined."""
        storage = tensor.untyped_storage()
        known = self._shadows.get(storage._cdata)
        if known is None or known[0].expired():
            return None
        reference, shadow = known
        if len(shadow.data) < storage.nbytes():  # the storage grew; what was added is undefined
            grown = Shadow(storage.nbytes(), written=False)
            grown.data[: len(shadow.data)] = shadow.data
            self._shadows[storage._cdata] = reference, grown
            return grown
        return shadow

    def undefined(self, tensor: torch.Tensor) -> None:
        """Mark the elements of ``tensor`` as not written; their values stay."""
        shadow = self.shadow(tensor)
        if shadow is None:
            storage = tensor.untyped_storage()
            shadow = Shadow(storage.nbytes(), written=True)
            self._shadows[storage._cdata] = StorageWeakRef(storage), shadow
        shadow.set(tensor, False)

    def defined(self, tensor: torch.Tensor) -> None:
        """Mark the elements of ``tensor`` as written."""
        shadow = self.shadow(tensor)
        if shadow is not None:
            shadow.set(tensor, True)

    def written(self, tensor: torch.Tensor) -> torch.Tensor:
        """A boolean CPU tensor of the same shape: whether every byte of an element was written."""
        shadow = self.shadow(tensor)
        if shadow is None or tensor.numel() == 0:
            return torch.ones(tuple(tensor.shape), dtype=torch.bool)
        return torch.from_numpy(shadow.elements(tensor).all(axis=-1))
