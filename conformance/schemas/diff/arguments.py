"""What became of the arguments of an operator, a kernel or a function."""

from collections.abc import Callable, Iterator, Sequence

from conformance.schemas.defaults import number_of
from conformance.schemas.diff.change import Change, Kind
from conformance.schemas.diff.pairing import Paired, pair
from conformance.schemas.parameters import parameter_text
from conformance.schemas.schema import Argument
from conformance.schemas.text import argument_text
from conformance.schemas.types import accepts, split_type

NUMBERS = ("int", "ScalarType", "Layout", "MemoryFormat")
"""Types that the dispatcher holds as an int: to torch, they are the same."""


def argument_changes(
    kind: Kind, subject: str, old: Sequence[Argument], new: Sequence[Argument]
) -> tuple[list[Change], Paired]:
    """The changes, but for those of memory; and which argument is which."""
    paired = pair(old, new)
    text = argument_text if kind is Kind.OPERATOR else parameter_text

    def change(rule: str, part: str, before: str, after: str) -> Change:
        return Change(rule, kind, subject, part, before, after)

    changes = [
        change("more-arguments-removed" if each.name.startswith("*") else "argument-removed",
               each.name, text(each), "")
        for each in paired.removed
    ]  # fmt: skip
    for each in paired.added:
        changes.append(change(_added(each, new, paired), each.name, "", text(each)))
    for before, after in paired.both:
        for rule in _rules(kind, before, after):
            changes.append(change(rule, before.name, text(before), text(after)))
    for rule in _order(new, paired):
        keywords = rule == "keyword-arguments-reordered"
        changes.append(change(rule, "", _names(old, keywords), _names(new, keywords)))
    return changes, paired


def _added(argument: Argument, new: Sequence[Argument], paired: Paired) -> str:
    """The rule for an argument that was not there."""
    if argument.name.startswith("*"):
        return "more-arguments-added"
    if argument.default is None:
        is_out = argument.keyword_only and argument.writes
        return "required-out-argument-added" if is_out else "required-argument-added"
    behind = new[new.index(argument) + 1 :]
    if argument.keyword_only:
        others = [each for each in behind if not each.writes]
        return _at_end(bool(others))
    stayed = {after.name for before, after in paired.both if not before.keyword_only}
    if any(each.name in stayed and not each.keyword_only for each in behind):
        return "optional-argument-inserted"
    known = {after.name for _, after in paired.both}
    return _at_end(any(each.keyword_only and each.name in known for each in behind))


def _at_end(before_keywords: bool) -> str:
    return "optional-argument-added" + ("-before-keywords" if before_keywords else "")


def _rules(kind: Kind, old: Argument, new: Argument) -> Iterator[str]:
    """The rules for an argument that is in both lists."""
    if old.name != new.name:
        yield "argument-renamed"
    if kind is not Kind.OPERATOR and old.type != new.type:
        yield "annotation-changed"
    elif kind is Kind.OPERATOR and not same_type(old.type, new.type):
        yield f"argument-{type_rule(old.type, new.type)}"
    if _value(old) != _value(new):
        missing = {(True, False): "added", (False, True): "removed"}
        how = missing.get((old.default is None, new.default is None), "changed")
        yield f"default-{how}"
    if old.keyword_only != new.keyword_only:
        yield "argument-made-keyword-only" if new.keyword_only else "argument-allowed-by-position"
    if old.writes != new.writes:
        yield "write-added" if new.writes else "write-removed"


def type_rule(old: str, new: str) -> str:
    """How what is taken changed, for two types that differ."""
    for rule, wide, narrow in (("widened", new, old), ("narrowed", old, new)):
        if accepts(wide, narrow, lists=False):
            return f"type-{rule}"
    if accepts(new, old):
        return "list-widened"
    if accepts(old, new):
        return "type-narrowed"
    if accepts(as_number(new), as_number(old)):
        return "type-read-otherwise"
    return "type-narrowed" if accepts(as_number(old), as_number(new)) else "type-changed"


def same_type(old: str, new: str) -> bool:
    """Whether two types take the same values: ``Any`` and ``Any?`` do."""
    return accepts(old, new, lists=False) and accepts(new, old, lists=False)


def _value(argument: Argument) -> str | None:
    """The default as the dispatcher holds it: a format has a name and is a number."""
    return argument.default and number_of(argument.default)


def as_number(type_: str) -> str:
    """The type as the dispatcher holds it."""
    innermost, suffixes = split_type(type_)
    return ("int" if innermost in NUMBERS else innermost) + "".join(suffixes)


def _order(new: Sequence[Argument], paired: Paired) -> Iterator[str]:
    """The rules for arguments that are all there, at another place."""
    place = {argument.name: number for number, argument in enumerate(new)}
    for by_name, rule in ((False, "arguments-reordered"), (True, "keyword-arguments-reordered")):
        stayed = [
            place[after.name]
            for before, after in paired.both
            if before.keyword_only is by_name and after.keyword_only is by_name
        ]
        # One that callers could only name may take the place of one that they could not.
        opened = [
            place[after.name]
            for before, after in paired.both
            if before.keyword_only and not after.keyword_only and not by_name
        ]
        moved = bool(stayed and opened) and min(opened) < max(stayed)
        if stayed != sorted(stayed) or moved:
            yield rule


def _names(arguments: Sequence[Argument], keyword_only: bool) -> str:
    chosen: Callable[[Argument], bool] = lambda each: each.keyword_only is keyword_only  # noqa: E731
    return ", ".join(each.name for each in filter(chosen, arguments))
