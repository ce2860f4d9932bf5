"""What an import changed of the process beside operators."""

import os
from collections.abc import Mapping
from pathlib import Path

import torch

from conformance.registrations.importing.imported import Changed
from conformance.registrations.importing.python_state import State, Value, python_state
from conformance.registrations.importing.torch_state import torch_state

_ONLY_REPLACED = ("builtins", "torch.patched")
"""Of these a new member is none of anybody's business: torch itself loads modules when needed."""

_ADDED_BY_TORCH = frozenset({"TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR"})
"""Variables that torch's compiler sets when it is imported."""

_TORCH = str(Path(torch.__file__).parent) + os.sep
_ABSENT = Value("")


def snapshot() -> State:
    """The state of this process. It has to be kept for as long as it is compared: it holds what it
    describes, so that nothing new can have the same identity."""
    return {**python_state(), **torch_state()}


def changes(before: State, after: State) -> tuple[Changed, ...]:
    """What differs, in the order of the ids and then of the names.

    Kinds with several members are told apart: ``environ.added``, ``environ.changed`` and
    ``environ.removed``.
    """
    found: list[Changed] = []
    for kind in before.keys() | after.keys():
        old, new = before.get(kind, {}), after.get(kind, {})
        for name in old.keys() | new.keys():
            was, now = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if not was.same(now) and not _is_of_torch(kind, name, old, now):
                found.append(Changed(_id(kind, name, old, new), name, was.text, now.text))
    return tuple(sorted(found, key=lambda each: (each.id, each.name)))


def _is_of_torch(kind: str, name: str, old: Mapping[str, Value], now: Value) -> bool:
    """Whether torch does this by itself, as soon as its compiler is imported."""
    if kind == "environ":
        return name in _ADDED_BY_TORCH and name not in old
    if kind == "warnings.filters" and now.object is not None:
        return now.object.__module__.partition(".")[0] in ("torch", "sympy")
    if kind not in _ONLY_REPLACED:
        return False
    code = getattr(now.object, "__code__", None)
    own = code is not None and code.co_filename.startswith(_TORCH)
    # `torch.Storage` follows the default dtype.
    own = own or (isinstance(now.object, type) and now.object.__module__ == "torch")
    return name not in old or own


def _id(kind: str, name: str, old: Mapping[str, Value], new: Mapping[str, Value]) -> str:
    if not name or kind in (*_ONLY_REPLACED, "signals"):
        return kind
    how = "changed"
    if name not in old:
        how = "added"
    elif name not in new:
        how = "removed"
    return f"{kind}.{how}"
