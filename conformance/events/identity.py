"""Which run an event belongs to, and when it happened."""

from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex


@dataclass(frozen=True)
class RunIdentity:
    """One subject of one operator on one device, asked once."""

    id: str
    """Sixteen hexadecimal digits that no other run has."""
    operator: str
    """As it was asked for, like ``subject`` and ``device``."""
    subject: str | None = None
    """None for the operator's own; :class:`~conformance.events.events.Ready` says what it is."""
    device: str = "cpu"
    family: str = ""
    """The id that all runs of one command over several operators share; empty for a single run."""
    options: tuple[str, ...] = ()
    """Further words of the command line that say what is asked, such as ``--import FILE.py``."""


NO_RUN = RunIdentity("", "")
"""The run of an event that no run has passed on yet."""


def new_id() -> str:
    """An id for a run, or for a family of runs."""
    return token_hex(8)


def now() -> str:
    """The time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
