"""What a run reports while it goes on. Reports, exit codes and pytest only listen."""

from dataclasses import dataclass, field, fields
from typing import Any

from conformance.events.finding import Finding
from conformance.events.verdict import Verdict


@dataclass(frozen=True)
class RunStarted:
    operator: str
    subject: str | None
    """As it was asked for; :class:`Ready` says what it came to."""
    device: str
    profile: str
    seed: int
    several: bool = False
    """Whether it is one of several, whose end :class:`AllFinished` tells."""


@dataclass(frozen=True)
class Ready:
    """The subject is loaded. ``mode`` says where it runs, emulation included.

    ``checks`` maps the id of every check to its question, in order.
    """

    contract: str
    subject: str
    mode: str
    checks: dict[str, str]
    origin: str
    versions: dict[str, str]
    execution: str = ""
    """``emulated`` or ``device`` where a subject runs elsewhere than its kernels were made for."""
    within: tuple[str, ...] = ()
    """Conditions within which the subject promises anything; it is asked nothing beyond them."""


@dataclass(frozen=True)
class CheckStarted:
    check: str
    question: str


@dataclass(frozen=True)
class CaseStarted:
    check: str
    case: str
    number: int


@dataclass(frozen=True)
class Failure:
    """A failing case, as small as it could be made, and what is wrong in it."""

    case: str
    findings: tuple[Finding, ...]
    waiver: str | None = None
    """The id of the waiver that covers it."""


@dataclass(frozen=True)
class CheckFinished:
    check: str
    question: str
    verdict: Verdict
    cases: int = 0
    seconds: float = 0.0
    reason: str = ""
    failures: tuple[Failure, ...] = ()
    left_out: int = 0
    """Fixed cases that were too large for the profile."""
    execution: str = ""
    """What :class:`Ready` says of it."""


@dataclass(frozen=True)
class RunFinished:
    verdict: Verdict
    counts: dict[str, int]
    seconds: float
    complete: bool = True


@dataclass(frozen=True)
class AllFinished:
    """Several runs are over: those of the operators of a family."""

    verdict: Verdict
    operators: dict[str, Verdict]
    seconds: float
    complete: bool = True


Event = RunStarted | Ready | CheckStarted | CaseStarted | CheckFinished | RunFinished | AllFinished
_TYPES = {
    t.__name__: t
    for t in (
        RunStarted, Ready, CheckStarted, CaseStarted, CheckFinished, RunFinished, AllFinished
    )
}  # fmt: skip


def to_dict(event: Event) -> dict[str, Any]:
    """An event as plain data, its type under ``event``."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    if isinstance(event, CheckFinished):
        values["failures"] = [_failure_to_dict(failure) for failure in event.failures]
    return {"event": type(event).__name__, **values}


def from_dict(data: dict[str, Any]) -> Event:
    """The event that :func:`to_dict` wrote."""
    values = dict(data)
    kind = _TYPES[values.pop("event")]
    if kind is CheckFinished:
        values["failures"] = tuple(_failure_from_dict(failure) for failure in values["failures"])
    if kind is Ready:
        values["within"] = tuple(values["within"])
    if "verdict" in values:
        values["verdict"] = Verdict(values["verdict"])
    if "operators" in values:
        values["operators"] = {name: Verdict(v) for name, v in values["operators"].items()}
    return kind(**values)


def _failure_to_dict(failure: Failure) -> dict[str, Any]:
    return {**vars(failure), "findings": [finding.as_dict() for finding in failure.findings]}


def _failure_from_dict(data: dict[str, Any]) -> Failure:
    findings = tuple(Finding.from_dict(finding) for finding in data["findings"])
    return Failure(**{**data, "findings": findings})


@dataclass
class Log:
    """A listener that keeps every event except the single cases."""

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        if not isinstance(event, CaseStarted):
            self.events.append(event)
