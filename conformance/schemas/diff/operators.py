"""What became of the operators of a namespace."""

from collections.abc import Iterator, Sequence

from conformance.schemas.diff.arguments import argument_changes
from conformance.schemas.diff.change import Change, Kind
from conformance.schemas.diff.fakes import fake_changes
from conformance.schemas.diff.memory import memory_changes
from conformance.schemas.diff.renaming import matched
from conformance.schemas.diff.results import result_changes
from conformance.schemas.lock import LockedOperator
from conformance.schemas.schema import Schema
from conformance.schemas.text import schema_text


def operators_changes(
    old: Sequence[LockedOperator], new: Sequence[LockedOperator]
) -> Iterator[Change]:
    """The changes of all operators."""
    found = matched(old, new, lambda each: each.schema.full_name, _could_be)
    for operator in found.removed:
        yield _whole("operator-removed", operator, None)
    for operator in found.added:
        yield _whole("operator-added", None, operator)
    for before, after in found.both:
        yield from operator_changes(before, after)


def operator_changes(old: LockedOperator, new: LockedOperator) -> list[Change]:
    """The changes of one operator, which may have another name now."""
    changes = schema_changes(old.schema, new.schema)
    name = old.schema.full_name
    paired = argument_changes(Kind.OPERATOR, name, old.schema.arguments, new.schema.arguments)[1]
    changes += fake_changes(old, new, paired.renamed)

    def change(rule: str, before: str, after: str) -> None:
        changes.append(Change(rule, Kind.OPERATOR, name, "", before, after))

    if old.registered and new.registered and old.registered != new.registered:
        change("registered-elsewhere", old.registered, new.registered)
    if old.keys and new.keys:  # none: nothing is known
        for key in sorted(set(old.keys) ^ set(new.keys)):
            lost = key in old.keys
            change("dispatch-key-lost" if lost else "dispatch-key-added",
                   key if lost else "", "" if lost else key)  # fmt: skip
    for tag in sorted(set(old.tags) ^ set(new.tags)):
        lost = tag in old.tags
        change("tag-removed" if lost else "tag-added", tag if lost else "", "" if lost else tag)
    if not changes and old.body and new.body and old.body != new.body:
        change("body-changed", old.body[:12], new.body[:12])
    return changes


def schema_changes(old: Schema, new: Schema) -> list[Change]:
    """The changes of a schema."""
    name = old.full_name
    changes = []
    if name != new.full_name:
        rule = "operator-renamed" if old.name != new.name else "overload-renamed"
        changes.append(Change(rule, Kind.OPERATOR, name, "", name, new.full_name))
    found, paired = argument_changes(Kind.OPERATOR, name, old.arguments, new.arguments)
    changes += found
    changes += memory_changes(old, new, paired)
    if old.more_arguments != new.more_arguments:
        how = "added" if new.more_arguments else "removed"
        texts = ("", "...") if new.more_arguments else ("...", "")
        changes.append(Change(f"more-arguments-{how}", Kind.OPERATOR, name, "", *texts))
    changes += result_changes(old, new)
    return changes


def _could_be(old: LockedOperator, new: LockedOperator) -> int:
    """How sure it is that two operators are one under another name; 0 is not at all."""
    one, other = old.schema, new.schema
    if one.arguments != other.arguments or one.results != other.results:
        return 0
    if one.name == other.name or one.name.split("::")[-1] == other.name.split("::")[-1]:
        return 3
    if old.body and old.body == new.body:
        return 2
    return 1 if len(one.arguments) > 1 else 0


def _whole(rule: str, old: LockedOperator | None, new: LockedOperator | None) -> Change:
    before, after = old and schema_text(old.schema), new and schema_text(new.schema)
    operator = old or new
    assert operator is not None
    return Change(rule, Kind.OPERATOR, operator.schema.full_name, "", before or "", after or "")
