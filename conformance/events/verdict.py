"""Verdicts, and what a run of many comes to."""

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """What a check says of a subject."""

    PASS = "PASS"
    FAIL = "FAIL"
    WAIVED = "WAIVED"
    """It fails only in cases that a waiver covers."""
    UNSUPPORTED = "UNSUPPORTED"
    """It could not be asked here; the reason says what is missing."""
    NOT_RUN = "NOT_RUN"
    ERROR = "ERROR"
    """The suite itself went wrong: nothing is known of the subject."""


class NotSupported(Exception):
    """The subject cannot be asked this here, which is UNSUPPORTED; the message is the reason."""


class SubjectUnsupported(NotSupported):
    """A call of the subject says that the device lacks something. That is the subject's word: where
    it answers other cases, the run has decided nothing of those that it leaves out."""


class NoRoom(NotSupported):
    """The device has too little memory for one case; others may fit. The message says how much."""


class ExitCode(IntEnum):
    """What the command line returns."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    UNDECIDED = 3
    INCONCLUSIVE = 4
    """Measured against a baseline, and too noisy to say whether a subject lost ground."""


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a run: a failure outweighs an error, which outweighs everything else.

    A run in which nothing was decided is UNSUPPORTED (or NOT_RUN if nothing was tried), never PASS.
    """
    found = set(verdicts)
    for verdict in (Verdict.FAIL, Verdict.ERROR):
        if verdict in found:
            return verdict
    if Verdict.PASS in found:
        return Verdict.WAIVED if Verdict.WAIVED in found else Verdict.PASS
    for verdict in (Verdict.WAIVED, Verdict.UNSUPPORTED):
        if verdict in found:
            return verdict
    return Verdict.NOT_RUN


def exit_code(verdict: Verdict) -> ExitCode:
    """The exit code that stands for a run's overall verdict."""
    if verdict in (Verdict.PASS, Verdict.WAIVED):
        return ExitCode.CONFORMANT
    return ExitCode.NOT_CONFORMANT if verdict is Verdict.FAIL else ExitCode.UNDECIDED
