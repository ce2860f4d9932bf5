"""What became of the kernels and functions that callers launch, call and import."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from conformance.schemas.diff.arguments import argument_changes
from conformance.schemas.diff.change import Change, Kind
from conformance.schemas.diff.renaming import matched
from conformance.schemas.lock import LockedFunction, LockedKernel
from conformance.schemas.parameters import signature_text

T = TypeVar("T", LockedFunction, LockedKernel)


def functions_changes(kind: Kind, old: Sequence[T], new: Sequence[T]) -> Iterator[Change]:
    """The changes of all functions, or of all kernels."""
    found = matched(old, new, lambda each: each.name, _could_be)
    for function in found.removed:
        yield Change(
            f"{kind}-removed", kind, function.name, "", signature_text(function.parameters)
        )
    for function in found.added:
        text = signature_text(function.parameters)
        yield Change(f"{kind}-added", kind, function.name, "", "", text)
    for before, after in found.both:
        yield from _changes(kind, before, after)


def _changes(kind: Kind, old: T, new: T) -> list[Change]:
    changes: list[Change] = []

    def change(rule: str, part: str, before: str, after: str) -> None:
        changes.append(Change(rule, kind, old.name, part, before, after))

    if old.name != new.name:
        how = "moved" if _short(old.name) == _short(new.name) else "renamed"
        change(f"{kind}-{how}", "", old.name, new.name)
    found, paired = argument_changes(kind, old.name, old.parameters, new.parameters)
    changes += found
    if isinstance(old, LockedKernel) and isinstance(new, LockedKernel):
        for before, after in paired.both:
            was, becomes = before.name in old.constexprs, after.name in new.constexprs
            if was != becomes:
                rule = "constexpr-added" if becomes else "constexpr-removed"
                change(rule, before.name, _constexpr(was), _constexpr(becomes))
    before_text, after_text = _returns(old), _returns(new)
    if before_text != after_text:
        change("annotation-changed", "return", before_text, after_text)
    if not changes and old.body and new.body and old.body != new.body:
        change("body-changed", "", old.body[:12], new.body[:12])
    return changes


def _returns(entry: LockedFunction | LockedKernel) -> str:
    return entry.returns if isinstance(entry, LockedFunction) else ""


def _could_be(old: T, new: T) -> int:
    """How sure it is that two are one under another name; 0 is not at all."""
    same_name = _short(old.name) == _short(new.name)
    if same_name and old.parameters == new.parameters:
        return 3
    if same_name or (old.body and old.body == new.body):
        return 2
    same_module = old.name.partition(":")[0] == new.name.partition(":")[0]
    alike = old.parameters == new.parameters and len(old.parameters) > 1
    return 1 if same_module and alike else 0


def _short(name: str) -> str:
    return name.rpartition(":")[2]


def _constexpr(is_one: bool) -> str:
    return "tl.constexpr" if is_one else "a value at run time"
