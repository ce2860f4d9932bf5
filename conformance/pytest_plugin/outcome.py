"""What pytest makes of a check: pass, fail, skip, expected failure or warning."""

import shlex
import warnings

import pytest

from conformance.events.events import CheckFinished
from conformance.events.request import Request
from conformance.events.verdict import Verdict
from conformance.pytest_plugin.failing import brief, cause_texts, check_text, place_of
from conformance.pytest_plugin.node_ids import is_id
from conformance.pytest_plugin.raised import ConformanceWarning, Nonconformant
from conformance.pytest_plugin.running import StepwiseRun
from conformance.pytest_plugin.telling import run_key, said_of
from conformance.pytest_plugin.told import CAUSES, TOLD
from conformance.reports.foreign import one_line

VERDICT = "conformance"
"""The property of a report that has the verdict of its item; JUnit files have it too."""
SUBJECT = "conformance subject"
"""The property of a report that names the subject of its item."""


def judge(
    item: pytest.Item, event: CheckFinished, request: Request, group: str, allowed: bool
) -> None:
    """Pass, or raise what pytest takes for another outcome of ``item``.

    ``group`` and ``allowed``: see :class:`~conformance.pytest_plugin.asked.Asked`.
    """
    __tracebackhide__ = True
    item.stash[TOLD] = said_of(event, request, group, allowed)
    item.user_properties += [
        (VERDICT, str(event.verdict)),
        (SUBJECT, request.subject or ""),
        ("conformance operator", request.operator),
        ("conformance device", request.device),
        ("conformance seed", str(request.seed)),
    ]
    if event.verdict in (Verdict.UNSUPPORTED, Verdict.NOT_RUN):
        pytest.skip(one_line(f"{event.verdict}: {event.reason}"))
    if event.verdict is Verdict.PASS:
        return
    text = check_text(event, again(item, request))
    place = place_of(event)
    if event.is_warning:
        file, line = place or (place_of_subject(request.subject) or item.nodeid, 1)
        warnings.warn_explicit(ConformanceWarning(text), None, file, line)
    elif event.verdict is Verdict.WAIVED and not item.config.option.runxfail:
        pytest.xfail(text)
    else:
        raise Nonconformant(brief(event, request.store is not None), text, place)


def end_run(config: pytest.Config, run: StepwiseRun) -> None:
    """End a run; keep the causes of what failed in it for the end of the session."""
    run.close()
    for trouble in run.troubles:
        warnings.warn(ConformanceWarning(one_line(trouble)), stacklevel=1)
    events = list(run.checks.values())
    if events and (lines := cause_texts(events)):
        asked = events[0].run
        key = run_key(asked.operator, asked.subject or "", asked.device)
        config.stash[CAUSES][key] = lines


def place_of_subject(subject: str | None) -> str:
    """The file that a subject is in; empty if its name says none."""
    file, found, _ = (subject or "").partition(".py:")
    return f"{file}.py" if found else ""


def again(item: pytest.Item, request: Request) -> str:
    """The command that asks the same of an item, with the same draws."""
    words = ["pytest", item.nodeid]
    if is_id(item.nodeid):  # a test of one's own says the rest itself
        words += ["--conformance-profile", request.profile.name]
        for name, value in request.settings.items():
            words += ["--conformance-setting", f"{name}={value}"]
        for path in request.waivers:
            words += ["--conformance-waivers", path]
    return shlex.join([*words, "--conformance-seed", str(request.seed)])
