"""The only module that touches torch's internals.

Internal is what lies behind a name with an underscore (`torch._C`, `torch._dynamo`,
`torch.utils._python_dispatch`, `torch.utils._pytree`, `operator._schema`, `storage._cdata`), and
`torch.multiprocessing.reductions`, which torch does not document.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_leaves

T = TypeVar("T")

_DISPATCH_KEYS = {
    device: torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, key))
    for device, key in (("cpu", "CPU"), ("cuda", "CUDA"), ("xpu", "XPU"))
}


class WatchedOperators(TorchDispatchMode):
    """While open, every call of an operator of torch goes through ``called``.

    The mode is off while ``called`` runs, so that it can call the operator itself.
    """

    def called(self, operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """What the call gives to the caller."""
        return operator(*arguments, **keywords)

    def called_with_watch(self, operator: Any, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Call ``operator`` such that the operators which its kernel calls are watched, too.

        The kernel for the device of the tensors is called with the mode on. Tensors of several
        devices, or of one without a known kernel, go through torch's dispatcher once more.
        """
        devices = {leaf.device.type for leaf in tensors_in((arguments, keywords))}
        key = _DISPATCH_KEYS.get(devices.pop()) if len(devices) == 1 else None
        with self:
            if key is None:
                return operator(*arguments, **keywords)
            return operator.redispatch(key, *arguments, **keywords)

    def __torch_dispatch__(
        self, operator: Any, types: Any, arguments: tuple = (), keywords: Any = None
    ) -> Any:
        return self.called(operator, arguments, keywords or {})

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Else torch imports its compiler, which takes seconds, at the first operator.
        return False


def without_watch() -> AbstractContextManager[Any]:
    """While open, no mode (:class:`WatchedOperators`, fake tensors) sees calls of operators."""
    return _disable_current_modes()


def written_by(operator: Any, arguments: tuple, keywords: dict[str, Any], result: Any) -> list[Any]:
    """Arguments that ``operator`` mutates by its schema, and its result if that aliases nothing."""
    schema = operator._schema
    written = [
        arguments[place] if place < len(arguments) else keywords.get(declared.name)
        for place, declared in enumerate(schema.arguments)
        if declared.alias_info is not None and declared.alias_info.is_write
    ]
    if all(each.alias_info is None for each in schema.returns):
        written.append(result)
    return written


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """The tensors in nested tuples, lists and dictionaries."""
    if isinstance(value, torch.Tensor):
        yield value
        return
    for leaf in tree_leaves(value):
        if isinstance(leaf, torch.Tensor):
            yield leaf


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


def recompiling(times: int) -> AbstractContextManager[Any]:
    """While open, `torch.compile` compiles a function up to ``times`` times, and then raises."""
    return torch._dynamo.config.patch(
        recompile_limit=times,
        accumulated_recompile_limit=times,
        fail_on_recompile_limit_hit=True,
    )


def writes_to(tensor: torch.Tensor) -> int:
    """How often a tensor's memory has been written to through torch, views included."""
    return int(tensor._version)
