"""What became of the results of an operator."""

from collections.abc import Iterator

from conformance.schemas.diff.arguments import as_number, same_type
from conformance.schemas.diff.change import Change, Kind
from conformance.schemas.schema import Result, Schema
from conformance.schemas.text import result_text
from conformance.schemas.types import accepts


def result_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """The changes, but for those of memory."""

    def change(rule: str, part: str, before: str, after: str) -> Change:
        return Change(rule, Kind.OPERATOR, old.full_name, part, before, after)

    counts = len(old.results), old.more_results
    if counts != (len(new.results), new.more_results):
        yield change("result-count-changed", "", _all(old), _all(new))
        return
    names = [result.name for result in old.results], [result.name for result in new.results]
    reordered = names[0] != names[1] and all(names[0]) and sorted(names[0]) == sorted(names[1])
    if reordered:
        yield change("results-reordered", "", ", ".join(names[0]), ", ".join(names[1]))
    for number, (before, after) in enumerate(zip(old.results, new.results, strict=True)):
        part = before.name or str(number)
        if not same_type(before.type, after.type) and not reordered:
            rule = _rule(before, after)
            yield change(rule, part, result_text(before), result_text(after))
        if before.name != after.name and not reordered:
            yield change("result-renamed", part, before.name, after.name)


def _rule(old: Result, new: Result) -> str:
    if accepts(old.type, new.type, lists=False):
        return "result-narrowed"
    if accepts(old.type, new.type):
        return "result-list-narrowed"
    if accepts(new.type, old.type):
        return "result-widened"
    before, after = as_number(old.type), as_number(new.type)
    if accepts(before, after):
        return "result-type-read-otherwise"
    return "result-widened" if accepts(after, before) else "result-type-changed"


def _all(schema: Schema) -> str:
    shown = [result_text(result) for result in schema.results]
    return f"({', '.join(shown + ['...'] * schema.more_results)})"
