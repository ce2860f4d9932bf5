"""The step before all checks: a subject is loaded, or refused for a reason."""

from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import Verdict

LOAD = "load"
"""Id of the step that stands before all checks."""
LOAD_QUESTION = "Can the subject be loaded?"

REFUSALS = {
    "SubjectBroken": Verdict.FAIL,
    "SubjectUnavailable": Verdict.UNSUPPORTED,
    "DeviceUnavailable": Verdict.UNSUPPORTED,
}
"""Exceptions that say something of the subject or of this machine, by name."""
USAGE = {
    "SubjectNotFound",
    "ContractBroken",
    "CaseError",
    "CaptureError",
    "WaiverError",
    "ContractMistake",
}
"""Exceptions that say something of what was asked for, by name."""


class UsageError(Exception):
    """What was asked for does not exist, or cannot be read; the message says what does."""


def refusal_of(error: BaseException) -> str:
    """The name by which an exception is known here: its own, or that of the class it refines.

    One that another process has told of says in ``refused_as`` what it is called there.
    """
    if name := getattr(error, "refused_as", ""):
        return str(name)
    names = [kind.__name__ for kind in type(error).__mro__]
    return next((name for name in names if name in USAGE or name in REFUSALS), names[0])


def refused(name: str, message: str, seconds: float) -> CheckFinished:
    """What comes of a subject that was refused. ``name`` is what :func:`refusal_of` says.

    Raises :class:`UsageError` if what was asked for does not exist.
    """
    if name in USAGE:
        raise UsageError(message)
    verdict = REFUSALS.get(name, Verdict.ERROR)
    reason = message if name in REFUSALS else f"{name}: {message}"
    return not_loaded(verdict, reason, seconds)


def not_loaded(verdict: Verdict, reason: str, seconds: float) -> CheckFinished:
    """The end of loading with another verdict than PASS."""
    failures: tuple[Failure, ...] = ()
    if verdict is Verdict.FAIL:
        finding = Finding("subject", "cannot be loaded", reason, kind=Kind.LOAD)
        failures = (Failure("", (finding,)),)
    return CheckFinished(LOAD, LOAD_QUESTION, verdict, 0, seconds, reason, failures)
