"""How much the failure of a check weighs: what a project configures."""

from enum import StrEnum


class Severity(StrEnum):
    """What becomes of a run if a check fails."""

    DENY = "deny"
    """The subject is not conformant."""
    WARN = "warn"
    """The failure is told, and decides nothing."""
    OFF = "off"
    """The check is not asked; the report says so."""
