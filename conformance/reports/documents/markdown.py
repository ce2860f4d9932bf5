"""Runs as Markdown: a short table and the causes, for a comment or the summary of a job."""

import re
from collections.abc import Iterator, Sequence

from conformance.events.events import Event
from conformance.events.verdict import Verdict
from conformance.reports.clusters import Cluster
from conformance.reports.documents.places import place_of
from conformance.reports.documents.told_run import ToldRun, overall_of, told_runs, whole
from conformance.reports.foreign import one_line, printable
from conformance.reports.text.cause import cause_lines
from conformance.reports.text.sentence import sentence

MOST_CAUSES = 30
"""Causes that are told: a comment on GitHub holds 65536 characters."""
_LONGEST = 1500
"""Characters of the report of one cause."""
_SIGNS = {
    Verdict.PASS: "✅",
    Verdict.WAIVED: "☑️",
    Verdict.FAIL: "❌",
    Verdict.UNSUPPORTED: "➖",
    Verdict.NOT_RUN: "➖",
    Verdict.ERROR: "💥",
}


def as_markdown(events: Sequence[Event]) -> str:
    """A table with a row for each run, then each cause with its report, folded.

    Text of others stands in code, where nothing in it is a mention, a link or markup.
    """
    runs, end = told_runs(events), whole(events)
    verdict = overall_of(runs, end)
    said = runs[0].sentence if len(runs) == 1 else sentence(end) if end else "nothing ran"
    lines = [f"### {_SIGNS[verdict]} Conformance: {said}", ""]
    lines += ["| | operator | subject | result | causes |", "| --- | --- | --- | --- | --- |"]
    lines += [_row(told) for told in runs]
    causes = [(told, cluster) for told in runs for cluster in told.clusters]
    for told, cluster in causes[:MOST_CAUSES]:
        lines += ["", *_cause(told, cluster)]
    if len(causes) > MOST_CAUSES:
        lines += ["", f"{len(causes) - MOST_CAUSES} further causes are not shown."]
    for told in runs:
        lines += ["", *_undecided(told)] if told.undecided else []
    return "\n".join(lines) + "\n"


def _row(told: ToldRun) -> str:
    failed = len(told.clusters)
    cells = (
        _SIGNS[told.end.verdict],
        code(told.run.operator),
        f"{code(told.subject)} on {code(told.mode.partition(':')[0])}",
        f"{told.sentence}: {told.counts} in {told.end.seconds:.1f} s",
        str(failed) if failed else "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _cause(told: ToldRun, cluster: Cluster) -> Iterator[str]:
    place = place_of(cluster, told)
    sign = "⚠️" if cluster.warning else "❌"
    where = f" at {code(f'{place.file}:{place.line}')}" if place else ""
    yield f"{sign} **{code(told.run.operator)}** {code(cluster.message)}{where}  "
    if cluster.condition:
        yield f"{code(cluster.condition)}  "
    report = "\n".join(cause_lines(cluster, 1, 1, told.run)[1:])[:_LONGEST]
    fence = "`" * max(3, _longest_run(report) + 1)
    checks = len(cluster.checks)
    seen = f"seen by {checks} check{'s' if checks != 1 else ''}, in {cluster.cases} cases"
    yield f"<details><summary>{seen}</summary>"
    yield ""
    yield f"{fence}text"
    yield from printable(report).split("\n")
    yield fence
    yield ""
    yield "</details>"


def _undecided(told: ToldRun) -> Iterator[str]:
    for event in told.undecided:
        yield f"💥 {code(told.run.operator)} {code(event.check)}: {code(event.reason)}  "


def code(text: str) -> str:
    """A text of others as code on one line."""
    line = one_line(text).strip() or " "
    ticks = "`" * (_longest_run(line) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
