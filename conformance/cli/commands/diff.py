"""``conformance diff``."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from conformance.cli.outcome import complain
from conformance.events.verdict import ExitCode
from conformance.reports.foreign import one_line
from conformance.reports.tables.changes import as_github, as_json, as_lines, summary
from conformance.runs.locking.locks import NotToBeHad, Side, side_of, source_root
from conformance.schemas.diff.change import Change, Severity
from conformance.schemas.diff.diff import as_far_as_both_know, combined, diff
from conformance.schemas.diff.rule import severity
from conformance.schemas.lock import Lock

if TYPE_CHECKING:
    from conformance.sources.registered.callers import BrokenCall


def execute(options: argparse.Namespace) -> ExitCode:
    """Compare two locks. Raises ``ValueError`` and ``UsageError`` for what is none."""
    try:
        old, new = side_of(options.old), side_of(options.new)
    except NotToBeHad as error:
        complain(str(error))
        return ExitCode.UNDECIDED
    before, after = combined(old.locks), combined(new.locks)
    if old.origin != new.origin and "a lock" not in (old.origin, new.origin):
        before, after = as_far_as_both_know(before, after)
    changes = diff(before, after)
    try:
        calls = _broken(before, after, changes, options.callers)
    except NotToBeHad as error:
        complain(str(error))
        return ExitCode.UNDECIDED
    if options.format == "json":
        sides = {name: {"text": side.text, "from": side.told, "notes": list(side.notes)}
                 for name, side in (("old", old), ("new", new))}  # fmt: skip
        print(as_json(changes, sides, calls))
    elif options.format == "github":
        for line in as_github(changes, _places(options.new)):
            print(line)
        print(summary(changes, old.version, new.version))
    else:
        _print(old, new, changes, calls, options.callers)
    broken = any(severity(change.rule) is Severity.BREAKING for change in changes)
    return ExitCode.NOT_CONFORMANT if broken else ExitCode.CONFORMANT


def _print(
    old: Side,
    new: Side,
    changes: Sequence[Change],
    calls: "Sequence[BrokenCall]",
    callers: str | None,
) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for name, side in (("old", old), ("new", new)):
        console.print(Text(f"{name}: {one_line(side.told)}"))
        for note in side.notes:
            complain(f"{name}, not locked: {note}")
    for line in as_lines(changes):
        console.print(line)
    for call in calls:
        console.print(Text(one_line(f"broken call {call.file}:{call.line}  {call.text}")))
        console.print(Text(one_line(f"  why     {call.subject}: {call.why}")))
    if callers is not None:
        console.print(Text(f"{len(calls)} calls in {one_line(callers)} are broken"))
    console.print(Text(summary(changes, old.version, new.version)))


def _broken(
    before: Lock, after: Lock, changes: Sequence[Change], callers: str | None
) -> "list[BrokenCall]":
    """The calls in a package or folder that the changes break. Raises :class:`NotToBeHad`."""
    if callers is None:
        return []
    from conformance.sources.registered.callers import broken_calls  # takes long to import

    subjects = {change.subject for change in changes}
    return broken_calls(before, after, source_root(callers), subjects)


def _places(text: str) -> dict[str, tuple[str, int]]:
    """The file and the line at which a lock speaks of each name."""
    path = Path(text)
    found: dict[str, tuple[str, int]] = {}
    for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
        if file.suffix != ".json" or not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            key, colon, _ = line.strip().partition('": ')
            if colon and line.startswith("  ") and not line.startswith("   "):
                found.setdefault(json.loads(f'{key}"'), (str(file), number))
    return found
