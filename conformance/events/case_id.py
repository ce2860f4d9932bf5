"""Short names for failing cases: what a person types to see one again."""

from hashlib import sha256

from conformance.events.identity import RunIdentity

DIGITS = 6
"""Hexadecimal digits of a short id: of a thousand failures, two share one in 3 % of all records."""
FEWEST_DIGITS = 4
"""Digits that a person has to type; a shorter text is none."""


def case_id(run: RunIdentity, line: str) -> str:
    """The short id of a case of a run.

    It depends on what replays the case and on nothing else: operator, subject, device, further
    words of the command line, and the line of the case. ``""`` for a failure without a case.
    """
    if not line:
        return ""
    words = (run.operator, run.subject or "", run.device, *run.options, line)
    return sha256("\0".join(words).encode()).hexdigest()[:DIGITS]
