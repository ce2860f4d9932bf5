"""What pytest shows of a check that fails: a report, and one line for its summary."""

import re
from collections.abc import Sequence

import pytest

from conformance.api import Report
from conformance.events.case_id import case_id
from conformance.events.events import CheckFinished, Failure
from conformance.events.identity import NO_RUN
from conformance.events.loading import LOAD
from conformance.events.verdict import Verdict
from conformance.pytest_plugin.raised import Nonconformant
from conformance.reports.clusters import clusters_of
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.reports.foreign import one_line, printable
from conformance.reports.text.cause import cause_lines

_FULL = 5
"""Causes that are told with a case."""
_PLACE = re.compile(r"(?P<file>.+\.\w+):(?P<line>\d+)")


def check_text(event: CheckFinished, again: str = "") -> str:
    """The report of a check: its headline, every distinct failure, how to see it again."""
    origin = Origin.of(event.run)
    lines = [headline(event)]
    for failure in event.failures:
        lines += [f"  {line}" for line in failure_lines(failure, origin)]
    if again:
        lines.append(f"  again   {again}")
    return "\n".join(lines)


def brief(event: CheckFinished, recorded: bool = False) -> str:
    """``ids: the same id twice in a row (gemma4_routing, my_kernel.py:route; replay 7f3a41)``.

    ``recorded``: whether ``conformance replay`` knows the failures of the run.
    """
    own = _own(event)
    what = f"{event.verdict}: {event.reason}"
    if own:
        finding = own[0].finding
        what = f"{finding.about}: {finding.message}"
        if len(own) > 1:
            what = f"{len(own)} findings, first {what}"
    words = [", ".join(filter(None, (event.run.operator, event.run.subject)))]
    if own and recorded and (short := case_id(event.run, own[0].case)):
        words.append(f"replay {short}")
    return one_line(f"{what.splitlines()[0]} ({'; '.join(words)})")


def _own(event: CheckFinished) -> list[Failure]:
    """The failures that no waiver covers, or all."""
    return [failure for failure in event.failures if failure.waiver is None] or [*event.failures]


def place_of(event: CheckFinished) -> tuple[str, int] | None:
    """The file and the line of the kernel in which the first failure is, if they are known."""
    for failure in _own(event):
        if found := _PLACE.fullmatch(failure.finding.line):
            return printable(found["file"]), int(found["line"])
    return None


def shown(error: pytest.ExceptionInfo[BaseException], place: str, style: str) -> object:
    """What pytest keeps of a :class:`Nonconformant`: the report alone, without a traceback.

    ``place`` stands where pytest shows that of an exception, if no line of a kernel is known.
    ``style`` is that of ``--tb``; ``line`` leaves the report out.
    """
    raised = error.value
    assert isinstance(raised, Nonconformant)
    kept = error.getrepr(style="value")
    crash = getattr(kept, "reprcrash", None)
    if crash is not None:
        crash.message = raised.brief
        crash.path, crash.lineno = raised.place or (place, 1)
    for entry in kept.reprtraceback.reprentries:
        entry.lines = [] if style == "line" else raised.text.split("\n")
    return kept


def failed_run(report: Report) -> Nonconformant:
    """What is raised for a whole run: what is wrong on the first line, then each cause."""
    failing = [event for event in report.checks if event.decides in (Verdict.FAIL, Verdict.ERROR)]
    seed = f"seed {report.seed}"
    if not failing:
        first = f"could not be decided ({report.verdict}): "
        first += next((event.reason for event in report.checks if event.reason), "nothing ran")
        return Nonconformant(f"{one_line(first)}; {seed}", "")
    asked = [event for event in report.checks if event.check != LOAD]
    verb = "fails" if len(failing) == 1 else "fail"
    first = f"{len(failing)} of {max(1, len(asked))} checks {verb}, {failing[0].check}: "
    first += f"{brief(failing[0])}; {seed}"
    errors = [headline(event) for event in failing if event.verdict is Verdict.ERROR]
    text = "\n".join([*errors, *cause_texts(report.checks)])
    return Nonconformant(first, text, place_of(failing[0]))


def cause_texts(checks: Sequence[CheckFinished]) -> list[str]:
    """The causes of what failed in a run, line by line: what, when, who sees it, one case."""
    clusters = clusters_of(checks)
    run = next((event.run for event in checks), NO_RUN)
    lines = []
    for number, cluster in enumerate(clusters, 1):
        brief_ = number > _FULL
        lines += cause_lines(cluster, number, len(clusters), run, brief=brief_)
    return lines
