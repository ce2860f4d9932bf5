"""A cause as a small report: what is wrong, when it shows, who sees it, and one case of it."""

from conformance.events.identity import RunIdentity
from conformance.reports.clusters import Cluster
from conformance.reports.failure import Origin, failure_lines, replay_of
from conformance.reports.foreign import one_line
from conformance.reports.text.fitting import cut, wrapped

_INDENT = " " * 8
_MARGIN = 2
"""Columns in front of every line but the first."""
_WHOLE = ("replay  ", "case    ")
"""Words of lines that are copied: they are never wrapped."""


def cause_lines(
    cluster: Cluster,
    number: int,
    of: int,
    run: RunIdentity,
    recorded: bool = False,
    width: int | None = None,
    brief: bool = False,
) -> list[str]:
    """The report of a cause, its first line first.

    ``recorded`` says whether the short id of a case replays it, ``width`` how many columns there
    are (None: lines are whole). A brief one leaves out the case.
    """
    what = "warning" if cluster.warning else "cause"
    lines = wrapped(f"{what} {number} of {of}: {one_line(cluster.message)}", width, _INDENT)
    body = [f"shows   {cluster.condition}"] if cluster.condition else []
    if cluster.failure.case:
        body.append(f"seen    {seen_text(cluster)}")
    body += [f"also    {finding.about}: {finding.message}" for finding in cluster.also]
    if not brief:
        replay = replay_of(cluster.failure.case, run, recorded)
        body += failure_lines(cluster.failure, Origin.of(run), seen=False, replay=replay)
    inner = None if width is None else width - _MARGIN
    return lines + [" " * _MARGIN + line for text in body for line in _fitted(text, inner)]


def seen_text(cluster: Cluster) -> str:
    """``in 169 cases of 10 checks: values 9, dtypes 9, …``."""
    if len(cluster.checks) == 1:
        (check, count), *_ = cluster.checks.items()
        return f"in {_cases(count)} of {check}"
    told = ", ".join(f"{check} {count}" for check, count in cluster.checks.items())
    return f"in {_cases(cluster.cases)} of {len(cluster.checks)} checks: {told}"


def _cases(count: int) -> str:
    return f"{count} case{'s' if count != 1 else ''}"


def _fitted(text: str, width: int | None) -> list[str]:
    if text.startswith("case    "):
        return [cut(one_line(text), width)]
    if text.startswith(_WHOLE):
        return [text]
    return [part for line in text.split("\n") for part in wrapped(one_line(line), width, _INDENT)]
