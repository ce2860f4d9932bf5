"""Events as JSON: the same on the pipe from the judge and in a log."""

from dataclasses import asdict, fields
from typing import Any

from conformance.events.events import (
    AllFinished,
    CaseLooked,
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Compiling,
    Event,
    Failure,
    Judged,
    LeftOut,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.finding import Finding
from conformance.events.identity import NO_RUN, RunIdentity
from conformance.events.needs import KernelNeeds
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict

FORMAT = 2
"""Version of this form. It is raised when a reader of an older log would misread it."""

_TYPES: dict[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        RunStarted, Ready, CheckStarted, Compiling, CaseStarted, CaseLooked, CheckFinished,
        RunFinished, AllFinished,
    )
}  # fmt: skip
_TUPLES = (
    "within", "not_asked", "stood_in", "remarks", "asked", "not_started", "troubles", "warned",
    "lines", "case_seconds",
)  # fmt: skip


def to_dict(event: Event) -> dict[str, Any]:
    """An event as plain data: its type under ``event``, its run under ``run``.

    What no run has passed on yet has neither run nor time.
    """
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    run, time = values.pop("run"), values.pop("time")
    identity = {} if run == NO_RUN else {"run": asdict(run), "time": time}
    if isinstance(event, CheckFinished):
        values["failures"] = [failure_to_dict(failure) for failure in event.failures]
        values["left_out"] = {str(reason): list(lines) for reason, lines in event.left_out.items()}
        values["needs"] = [asdict(needs) for needs in event.needs]
    if isinstance(event, Ready):
        values["judged"] = asdict(event.judged)
    return {"event": type(event).__name__, **identity, **values}


def from_dict(data: dict[str, Any]) -> Event:
    """The event that :func:`to_dict` wrote. Raises ``KeyError`` or ``TypeError`` for any other."""
    values = dict(data)
    kind = _TYPES[values.pop("event")]
    if "run" in values:
        run = values["run"]
        values["run"] = RunIdentity(**{**run, "options": tuple(run.get("options", ()))})
    if kind is CheckFinished:
        values["failures"] = tuple(failure_from_dict(failure) for failure in values["failures"])
        values["left_out"] = {
            LeftOut(reason): tuple(lines) for reason, lines in values["left_out"].items()
        }
        values["needs"] = tuple(KernelNeeds(**needs) for needs in values.get("needs", ()))
    if "budget_used" in values:
        used = values["budget_used"]
        values["budget_used"] = {name: tuple(shares) for name, shares in used.items()}
    if kind is Ready:
        values["judged"] = Judged(**values["judged"])
    if "severity" in values:
        values["severity"] = Severity(values["severity"])
    if "verdict" in values:
        values["verdict"] = Verdict(values["verdict"])
    if "operators" in values:
        values["operators"] = {name: Verdict(v) for name, v in values["operators"].items()}
    values.update((name, tuple(values[name])) for name in _TUPLES if name in values)
    return kind(**values)


def failure_to_dict(failure: Failure) -> dict[str, Any]:
    """A failure as plain data."""
    return {**vars(failure), "findings": [finding.as_dict() for finding in failure.findings]}


def failure_from_dict(data: dict[str, Any]) -> Failure:
    """The failure that :func:`failure_to_dict` wrote; keys of later versions are left out."""
    findings = tuple(Finding.from_dict(finding) for finding in data["findings"])
    known = {field.name for field in fields(Failure)}
    values = {key: value for key, value in data.items() if key in known}
    shown_by = tuple(values.get("shown_by", ()))
    return Failure(**{**values, "findings": findings, "shown_by": shown_by})
