"""A table of releases as text and as JSON."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from conformance.events.verdict import Verdict
from conformance.reports.failure import Origin, failure_lines, replay_command
from conformance.reports.foreign import indented, one_line
from conformance.runs.releases import Cell, Table

FORMAT = 1
"""Version of the JSON document's form."""

_WORDS = {
    Verdict.PASS: ("pass", "green"),
    Verdict.FAIL: ("FAIL", "bold red"),
    Verdict.UNSUPPORTED: ("-", "dim"),
    Verdict.ERROR: ("ERROR", "bold magenta"),
    Verdict.NOT_RUN: ("?", "bold magenta"),
}


def as_json(
    table: Table, cells: Sequence[Cell], newer: Sequence[str] = (), complete: bool = True
) -> str:
    """The table as a JSON document: every cell with its verdict, reason, case and replay.

    ``newer`` are releases that the table does not hold. ``complete``: nothing broke it off.
    """
    document = {
        "format": FORMAT,
        "complete": complete,
        "package": table.package,
        "releases": list(table.releases),
        "newer": list(newer),
        "operators": list(table.operators),
        "aspects": list(table.aspects),
        "cells": [_cell(table, cell) for cell in cells],
    }
    return json.dumps(document, indent=1) + "\n"


def _cell(table: Table, cell: Cell) -> dict[str, object]:
    finished = cell.finished
    return {
        "release": cell.release,
        "operator": cell.operator,
        "aspect": cell.aspect,
        "verdict": str(finished.verdict),
        "mode": cell.mode,
        "cases": finished.cases,
        "reason": finished.reason,
        "failures": [
            {
                "case": failure.case,
                "findings": [finding.as_dict() for finding in failure.findings],
                "replay": _again(table, cell, failure.case),
            }
            for failure in finished.failures
        ],
    }


def _again(table: Table, cell: Cell, case: str) -> str:
    subject = f"{table.package}=={cell.release}"
    if case:
        return replay_command(case, Origin(cell.operator, subject))
    words = ("releases", cell.operator, "--release", cell.release, "--aspect", cell.aspect)
    return shlex.join(["conformance", *words])


def print_table(console: Console, table: Table, cells: Sequence[Cell]) -> None:
    """Print a grid for each operator, then what fails and what could not be asked, each once."""
    for operator in table.operators:
        own = [cell for cell in cells if cell.operator == operator]
        if own:
            console.print(_grid(table, operator, own))
    for title, notes, verdicts in (
        ("failures", _failures, (Verdict.FAIL,)),
        ("could not be decided", _reasons, (Verdict.ERROR, Verdict.NOT_RUN)),
        ("not asked (-)", _reasons, (Verdict.UNSUPPORTED,)),
    ):
        lines = list(notes(table, [c for c in cells if c.finished.verdict in verdicts]))
        if lines:
            console.print(Text(title, style="bold"))
        for line in lines:
            console.print(Text(indented(line)))


def _grid(table: Table, operator: str, cells: Sequence[Cell]) -> Grid:
    modes = sorted({cell.mode for cell in cells if cell.mode})
    title = one_line(f"{operator}  ({'; '.join(modes) or 'nothing could be loaded'})")
    grid = Grid(title=title, title_justify="left")
    grid.add_column("release")
    for aspect in table.aspects:
        grid.add_column(aspect)
    rows = []
    for release in table.releases:
        verdicts = {c.aspect: c.finished.verdict for c in cells if c.release == release}
        rows.append((release, tuple(verdicts.get(aspect) for aspect in table.aspects)))
    for line, group in groupby(rows, key=lambda row: row[1]):
        # What an operator has no aspect for stays blank.
        words = [Text(*_WORDS[verdict]) if verdict else Text("") for verdict in line]
        grid.add_row(one_line(span([release for release, _ in group])), *words)
    return grid


def span(releases: Sequence[str]) -> str:
    """Neighbouring releases in few words."""
    return releases[0] if len(releases) == 1 else f"{releases[0]} ... {releases[-1]}"


def spans(releases: Sequence[str], known: Sequence[str]) -> str:
    """Some of the known releases in few words, those between them that are missing left out."""
    places = enumerate(known.index(release) for release in releases)
    groups = groupby(places, key=lambda item: item[1] - item[0])
    return ", ".join(span([known[place] for _, place in group]) for _, group in groups)


def _failures(table: Table, cells: Sequence[Cell]) -> Iterator[str]:
    """What fails, operator by operator, once for all releases in which the same fails."""
    same: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells:
        same.setdefault((cell.operator, cell.aspect, _what(cell)), []).append(cell)
    operators = list(table.operators)

    def place(group: list[Cell]) -> tuple[int, int]:
        return operators.index(group[0].operator), table.aspects.index(group[0].aspect)

    for group in sorted(same.values(), key=place):
        first = group[0]
        operator, aspect = first.operator, first.aspect
        releases = spans([cell.release for cell in group], table.releases)
        yield f"{operator}, {aspect}, {releases} ({first.mode.partition(':')[0] or 'not loaded'})"
        for failure in first.finished.failures:
            origin = Origin(operator, f"{table.package}=={first.release}")
            yield from (f"  {line}" for line in failure_lines(failure, origin, brief=True))
            if not failure.case:
                yield f"  again   {_again(table, first, '')}"


def _what(cell: Cell) -> str:
    """What fails: the case; or what is found, wherever that is in the files."""
    failures = cell.finished.failures
    if failures and failures[0].case:
        return failures[0].case
    found = [
        sorted(replace(finding, where="", line="").as_dict().items())
        for failure in failures
        for finding in failure.findings
    ]
    return json.dumps(sorted(found))


def _reasons(table: Table, cells: Sequence[Cell]) -> Iterator[str]:
    """Why nothing came of cells, once for all of the same reason."""
    same: dict[str, list[Cell]] = {}
    for cell in cells:
        same.setdefault(cell.finished.reason, []).append(cell)
    for reason, group in same.items():
        operators = ", ".join(dict.fromkeys(cell.operator for cell in group))
        aspects = dict.fromkeys(cell.aspect for cell in group)
        asked = "everything" if len(aspects) == len(table.aspects) > 1 else ", ".join(aspects)
        yield f"  {asked}: {indented(reason)} ({operators})"
