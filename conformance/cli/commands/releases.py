"""``conformance releases``."""

import argparse
import threading
from pathlib import Path

from rich.text import Text

from conformance.catalogue.objects import load_object
from conformance.catalogue.operators import find_operator, members
from conformance.cli.documents import Documents
from conformance.cli.options.limits import limits_of
from conformance.cli.outcome import complain
from conformance.events.verdict import ExitCode, Verdict
from conformance.policy.nearest import did_you_mean
from conformance.policy.writing import check_place, write_whole
from conformance.reports.documents.of_releases import events_of
from conformance.reports.foreign import indented, one_line
from conformance.reports.tables.release_table import as_json, print_table
from conformance.runs.family import jobs_for
from conformance.runs.names import check_names
from conformance.runs.releases import Cell, Table, fill_in, undecided, with_those_not_asked
from conformance.runs.signals import held
from conformance.runs.surroundings import versions
from conformance.wheels.errors import ReleaseUnavailable
from conformance.wheels.pip import later

WIDTH = 160
"""Columns that the table takes at least; a narrower terminal wraps, a file does not."""


def execute(options: argparse.Namespace) -> ExitCode:
    """Fill in the table, print it and write it. Raises ``ValueError`` for what does not exist."""
    # Its own JSON document holds cells, not events.
    documents = Documents(argparse.Namespace(format=options.format))
    if options.json:
        check_place(options.json)
    table = _table(options)
    console = documents.console
    documents.start()
    console.width = max(console.width, WIDTH)
    lock = threading.Lock()
    there: list[Cell] = []

    def on_release(release: str, cells: list[Cell]) -> None:
        counts = dict.fromkeys(Verdict, 0)
        for cell in cells:
            counts[cell.finished.verdict] += 1
        words = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
        modes = sorted({cell.mode.partition(":")[0] for cell in cells if cell.mode})
        with lock:
            there.extend(cells)
            console.print(Text(one_line(f"{table.package}=={release} {', '.join(modes)}: {words}")))

    jobs = options.jobs or jobs_for("cpu", len(table.releases))
    try:
        cells = fill_in(table, jobs, on_release)
    except KeyboardInterrupt:
        with held():
            cells = with_those_not_asked(table, there, "the command was interrupted")
            if options.json:
                _write(options.json, as_json(table, cells, complete=False))
            print_table(console, table, cells)
            documents.write(events_of(table, cells, versions(), complete=False))
        raise
    # Who asks for some releases wants no other.
    newer, doubt = ([], "") if options.release else _later(table)
    trouble = _write(options.json, as_json(table, cells, newer)) if options.json else False
    print_table(console, table, cells)
    for line in filter(None, [doubt, *(f"not in the table: {table.package} {v}" for v in newer)]):
        console.print(Text(indented(line)))
    failed = sum(cell.finished.verdict is Verdict.FAIL for cell in cells)
    open_cells = undecided(cells)
    decided = any(cell.finished.verdict in (Verdict.PASS, Verdict.FAIL) for cell in cells)
    console.print(
        Text(f"{len(cells)} cells, {failed} FAIL, {len(open_cells)} could not be decided")
    )
    documents.write(events_of(table, cells, versions()))
    if trouble or any(file.trouble for file in documents.files):
        return ExitCode.USAGE
    return ExitCode.CONFORMANT if decided and not open_cells else ExitCode.UNDECIDED


def _write(path: Path, text: str) -> bool:
    """Write the table; returns whether there was trouble, which is told."""
    try:
        write_whole(path, text)
    except OSError as error:
        complain(f"{path}: {error.strerror}")
        return True
    return False


def _table(options: argparse.Namespace) -> Table:
    names = members(options.operator)
    check_names(names)
    operators = {name: find_operator(name) for name in names}
    release = next((r for o in operators.values() for r in o.releases if r.versions), None)
    if release is None or release.versions is None:
        raise ValueError(f"{options.operator} names no releases to make a table of")
    known = tuple(load_object(release.versions))
    aspects = tuple(dict.fromkeys(a.id for o in operators.values() for a in o.aspects))
    return Table(
        release.package,
        _chosen("release", options.release, known),
        operators,
        _chosen("aspect", options.aspect, aspects),
        limits_of(options),
    )


def _later(table: Table) -> tuple[list[str], str]:
    """Releases that came after those of the table, and why that is not known."""
    try:
        return later(table.package, table.releases[-1]), ""
    except ReleaseUnavailable as error:
        return [], f"not known: releases of {table.package} after the table's, {error.reason}"


def _chosen(what: str, wanted: list[str], known: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [word for word in wanted if word not in known]:
        hint = did_you_mean(unknown[0], known)
        raise ValueError(f"no {what} {', '.join(unknown)}; known: {', '.join(known)}{hint}")
    return tuple(word for word in known if not wanted or word in wanted)
