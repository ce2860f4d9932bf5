"""One case again, from Python."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from conformance.api.opened import named, opened
from conformance.case import Case
from conformance.events.events import CheckFinished
from conformance.events.log import Log
from conformance.events.request import Request
from conformance.policy.profiles import profile
from conformance.runs.plan import OneCase, Plan
from conformance.runs.run import run


def replay(
    case: str,
    operator: Any,
    subject: str | Callable[..., Any] | None = None,
    device: str = "cpu",
    cases: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> CheckFinished:
    """Ask a subject one case again, given as its line. Arguments as for :func:`conformance.check`.

    No configuration is read. Raises what ``check`` raises, and
    :class:`~conformance.case.CaseError` for a line that is no case.
    """
    asked = Case.parse(case)
    folder = None if cases is None else str(cases)
    name, text = named(operator, subject)
    said = dict(settings or {})
    request = Request(
        name, text, device, profile("gate"), asked.seed, cases=folder, settings=said
    )  # fmt: skip
    log = Log()
    opening = opened(operator, subject, settings=said)
    run(Plan(request, OneCase(case)), [log], open_session=opening)
    return [event for event in log.events if isinstance(event, CheckFinished)][-1]
