"""What a run reports while it goes on. Reports, exit codes and pytest only listen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from conformance.events.finding import Finding, Kind
from conformance.events.identity import NO_RUN, RunIdentity
from conformance.events.needs import KernelNeeds
from conformance.events.severity import Severity
from conformance.events.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Event:
    """What all events say: whose they are, and when they happened.

    ``run`` and ``time`` are set by the run that passes an event on to its listeners.
    """

    run: RunIdentity = NO_RUN
    time: str = ""
    """UTC, ISO 8601."""


@dataclass(frozen=True)
class RunStarted(Event):
    profile: str
    seed: int
    host: str = ""
    """The name of the machine."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of ``conformance``, ``python``, ``torch``, ``triton`` and other packages that decide."""


@dataclass(frozen=True)
class Judged:
    """The code that was judged, and its fingerprint. Both are empty if no code can be had."""

    what: str = ""
    """What was hashed: a file, the files of a folder, the source text of a callable."""
    sha256: str = ""


@dataclass(frozen=True)
class Ready(Event):
    """The subject is loaded. ``mode`` says where it runs, emulation included.

    ``checks`` maps the id of every check to its question, in order.
    """

    contract: str
    subject: str
    mode: str
    checks: Mapping[str, str]
    origin: str
    execution: str = ""
    """``emulated`` or ``device`` where a subject runs elsewhere than its kernels were made for."""
    within: tuple[str, ...] = ()
    """Conditions within which the subject promises anything; it is asked nothing beyond them."""
    not_asked: tuple[str, ...] = ()
    """Sentences: what the contract leaves to callers, so that no subject is asked for it."""
    stood_in: tuple[str, ...] = ()
    """Modules that were stood in for when a released kernel was loaded."""
    driver: str = "none"
    """The driver of the device and the runtime that torch was built for."""
    judged: Judged = Judged()
    isolation: str = ""
    """What a subject that means harm could reach the verdict by; empty if nothing is known."""
    remarks: tuple[str, ...] = ()
    """What others say of the subject, a line each; it decides nothing."""


@dataclass(frozen=True)
class CheckStarted(Event):
    check: str
    question: str


@dataclass(frozen=True)
class Compiling(Event):
    """So many signatures that the checks of a run will launch are compiled beside them.

    ``trouble`` says why there may be others that nobody found; it is empty if nothing went wrong.
    """

    signatures: int
    trouble: str = ""


@dataclass(frozen=True)
class CaseStarted(Event):
    check: str
    case: str
    number: int


@dataclass(frozen=True)
class CaseLooked(Event):
    """What somebody who replays a case wants to see beside its verdict: values, what was dumped."""

    check: str
    case: str
    lines: tuple[str, ...]
    """A text, line by line."""


@dataclass(frozen=True)
class Failure:
    """A distinct finding with a failing case of its own, as small as it could be made.

    Beside :attr:`finding`, ``findings`` may say that a waiver does not hold, or that the case
    passes when it is asked again. A case that is replayed has all its findings in one failure.
    """

    case: str
    findings: tuple[Finding, ...]
    waiver: str | None = None
    """The id of the waiver that covers it."""
    cases: int = 1
    """How many of the cases that were asked show the finding, those aside that shrinking made."""
    shown_by: tuple[str, ...] = ()
    """Lines of all cases that show the finding, those of shrinking among them, in order."""

    @property
    def finding(self) -> Finding:
        """The finding that the failure is about."""
        remarks = (Kind.WAIVER, Kind.NOT_REPEATABLE)
        own = [finding for finding in self.findings if finding.kind not in remarks]
        return (own or self.findings)[0]


class LeftOut(StrEnum):
    """Why a case was not asked."""

    PROFILE = "larger than the profile allows"
    NO_ROOM = "no room on the device"
    UNFIT = "a stored case that does not fit the contract any more"
    ENDED = "the check had ended"


@dataclass(frozen=True)
class CheckFinished(Event):
    check: str
    question: str
    verdict: Verdict
    cases: int = 0
    seconds: float = 0.0
    reason: str = ""
    failures: tuple[Failure, ...] = ()
    left_out: Mapping[LeftOut, tuple[str, ...]] = field(default_factory=dict)
    """Lines of cases that were listed and not asked, by the reason."""
    execution: str = ""
    """What :class:`Ready` says of it."""
    asked: tuple[str, ...] = ()
    """Lines of the cases that were asked, in order, each once."""
    undecided: bool = False
    """Whether the subject said of a case that it cannot be asked here: see
    :class:`~conformance.events.verdict.SubjectUnsupported`."""
    severity: Severity = Severity.DENY
    """What a failure of the check decides. The run sets it."""
    needs: tuple[KernelNeeds, ...] = ()
    """What the kernels need of each GPU that they were built for."""
    case_seconds: tuple[float, ...] = ()
    """How long each case of :attr:`asked` took, with everything around the call."""
    budget_used: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    """For each output with a budget: the largest error of each case of :attr:`asked` as a share of
    what is allowed. Above 1 it fails; None where it was not judged."""

    @property
    def is_warning(self) -> bool:
        """Whether it fails, and that decides nothing."""
        return self.verdict is Verdict.FAIL and self.severity is Severity.WARN

    @property
    def decides(self) -> Verdict | None:
        """What it contributes to the verdict of the run; None for a check that is left out.

        A warning contributes what a check does that passes.
        """
        if self.severity is Severity.OFF:
            return None
        return Verdict.PASS if self.is_warning else self.verdict


@dataclass(frozen=True)
class RunFinished(Event):
    verdict: Verdict
    counts: Mapping[str, int]
    seconds: float
    complete: bool = True
    troubles: tuple[str, ...] = ()
    """What went wrong beside the subject, such as a store that cannot be read: a line each."""
    warned: tuple[str, ...] = ()
    """Ids of the checks that fail with the severity ``warn``."""


@dataclass(frozen=True)
class AllFinished(Event):
    """Several runs are over: those of the operators of a family, or of logs that were merged."""

    verdict: Verdict
    operators: Mapping[str, Verdict]
    seconds: float
    complete: bool = True
    not_started: tuple[str, ...] = ()
    """Those of ``operators`` that have no run, because an earlier failure ended it all."""
    troubles: tuple[str, ...] = ()
    """Those of all runs, each once."""
