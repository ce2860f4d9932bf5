"""A difference between two locks, named by the rule that it falls under."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a change does to callers that were right before it."""

    BREAKING = "breaking"
    """Some of them raise, or silently get something else."""
    RISKY = "risky"
    """Some of them may, depending on what the lock does not say."""
    COMPATIBLE = "compatible"
    """None of them notices; new callers may use more."""
    COSMETIC = "cosmetic"
    """Nobody can notice through calls."""


class Kind(StrEnum):
    """What a change is about."""

    OPERATOR = "operator"
    KERNEL = "kernel"
    FUNCTION = "function"
    SWITCH = "switch"


@dataclass(frozen=True)
class Change:
    """One change. ``rule`` is the id of a file in ``rules``.

    ``subject`` is the name that callers use before the change (after it, for what was added);
    ``part`` the argument or result, by its old name if it had one. ``before`` and ``after`` are
    texts, empty for what is not there.
    """

    rule: str
    kind: Kind
    subject: str
    part: str = ""
    before: str = ""
    after: str = ""
