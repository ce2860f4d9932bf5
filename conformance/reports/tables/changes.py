"""Changes between two locks as text, as JSON, and as annotations of GitHub."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text

from conformance.reports.foreign import one_line
from conformance.schemas.diff.bump import owed, owed_from, sentence
from conformance.schemas.diff.change import Change, Severity
from conformance.schemas.diff.rule import rules, severity

_STYLE = {
    Severity.BREAKING: "bold red",
    Severity.RISKY: "yellow",
    Severity.COMPATIBLE: "green",
    Severity.COSMETIC: "dim",
}
_LEVEL = {Severity.BREAKING: "error", Severity.RISKY: "warning"}


def as_lines(changes: Iterable[Change]) -> Iterable[Text]:
    """Each change as a small report: what, where, whom it breaks and what to do."""
    for change in changes:
        rule = rules()[change.rule]
        line = Text(rule.severity.value.ljust(11), style=_STYLE[rule.severity])
        part = f", {change.part}" if change.part else ""
        line.append(
            one_line(f"{change.subject}{part}: {rule.changed} [{rule.id}]"), style="default"
        )
        yield line
        for word, text in (("before", change.before), ("after", change.after)):
            if text:
                yield Text(f"  {word:<7} {one_line(text)}")
        if rule.severity in _LEVEL:
            yield Text(f"  breaks  {rule.breaks} {rule.why}")
            yield Text(f"  do      {rule.do}")


def summary(changes: Sequence[Change], old: str = "", new: str = "") -> str:
    """How many of each severity, and the version that is owed."""
    counted = Counter(severity(change.rule) for change in changes)
    counts = ", ".join(f"{counted[each]} {each.value}" for each in Severity)
    bump = owed_from(old, changes) if old else owed(changes)
    return f"{counts}; {sentence(bump, old, new)}"


def as_json(changes: Sequence[Change], sides: Mapping[str, Any], calls: Sequence[Any] = ()) -> str:
    """The changes, with their severity; ``sides`` says where each side came from."""
    told = [
        {
            "rule": change.rule,
            "severity": severity(change.rule).value,
            "kind": change.kind.value,
            "subject": change.subject,
            "part": change.part,
            "before": change.before,
            "after": change.after,
            "do": rules()[change.rule].do,
        }
        for change in changes
    ]
    data = {**sides, "owed": owed(changes).word, "changes": told, "calls": [str(c) for c in calls]}
    return json.dumps(data, indent=1, ensure_ascii=False)


def as_github(changes: Iterable[Change], places: Mapping[str, tuple[str, int]]) -> Iterable[str]:
    """A workflow command for each change; ``places`` gives file and line of a subject."""
    for change in changes:
        rule = rules()[change.rule]
        level = _LEVEL.get(rule.severity, "notice")
        file, line = places.get(change.subject, ("", 1))
        where = f"file={_property(file)},line={line}," if file else ""
        shown = " -> ".join(filter(None, (change.before, change.after)))
        part = f", {change.part}" if change.part else ""
        message = f"{change.subject}{part}: {rule.changed} {shown}. {rule.do}"
        yield f"::{level} {where}title={_property(rule.id)}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
