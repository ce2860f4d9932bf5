"""What a read finds in bytes that nobody wrote, if a call is repeated to see whether it matters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unwritten:
    """Reads of unwritten bytes that break ``rule`` (see ``Violation.rule``) find ``poison``.

    ``poison`` is a byte, 0 to 255. Other reads of unwritten bytes find what lies there.
    """

    rule: tuple[str, str, str, int, str]
    poison: int
