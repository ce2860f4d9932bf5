"""What one launch violated, in as many entries as a reader can use."""

from __future__ import annotations

from dataclasses import replace

from conformance.memory.violation import Violation

#: Distinct (kind, kernel, line, argument) entries kept for one launch.
MAXIMUM_ENTRIES = 256


class Report:
    """Violations of one launch, one entry for each (kind, kernel, file, line, argument)."""

    def __init__(self) -> None:
        self._entries: dict[tuple, Violation] = {}

    def add(self, violation: Violation) -> None:
        """Count ``violation``.

        The first one of the lowest program lends program and offset, so that they do not depend on
        which programs run together.
        """
        key = violation.rule
        known = self._entries.get(key)
        if known is not None:
            lowest = violation if (violation.program or ()) < (known.program or ()) else known
            self._entries[key] = replace(lowest, count=known.count + violation.count)
        elif len(self._entries) < MAXIMUM_ENTRIES:
            self._entries[key] = violation

    def mark(self) -> dict:
        """A state that ``restore`` returns to."""
        return dict(self._entries)

    def restore(self, mark: dict) -> None:
        """Forget what was added since ``mark``."""
        self._entries = dict(mark)

    @property
    def violations(self) -> tuple[Violation, ...]:
        """All entries, in order of first occurrence."""
        return tuple(self._entries.values())
