"""What a lockstep run tells: violations of memory rules, launches, and what it does not support."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

OUT_OF_BOUNDS_READ = "out-of-bounds read"
OUT_OF_BOUNDS_WRITE = "out-of-bounds write"
UNINITIALISED_READ = "uninitialised read"
WRITE_RACE = "write race"
READ_RACE = "read race"

#: Distinct (kind, kernel, line, argument) entries kept for one launch.
MAXIMUM_ENTRIES = 256


class UnsupportedFeature(NotImplementedError):
    """A kernel uses something that lockstep does not model.

    ``feature`` names it; ``kernel``, ``file`` and ``line`` say where, if it was met inside a
    kernel.
    """

    who = "lockstep"

    def __init__(
        self,
        feature: str,
        kernel: str | None = None,
        file: str | None = None,
        line: int | None = None,
    ):
        self.feature, self.kernel, self.file, self.line = feature, kernel, file, line
        where = f" (kernel {kernel}, {file}:{line})" if kernel else ""
        super().__init__(f"{self.who} does not support {feature}{where}")


@dataclass(frozen=True)
class Violation:
    """One broken memory rule of one kernel line, aggregated over programs and elements.

    ``line`` is that of the innermost frame in the user's source. ``program`` is the (x, y, z) of
    the first program seen; ``other_program`` its partner in a race, where it is known. ``offset``
    counts bytes from the argument's first byte to the first element concerned. ``count`` is the
    number of elements.
    """

    kind: str
    kernel: str
    file: str
    line: int
    program: tuple[int, int, int]
    other_program: tuple[int, int, int] | None
    argument: str
    offset: int
    count: int

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON-able values."""
        fields = asdict(self)
        fields["program"] = list(self.program)
        fields["other_program"] = (
            list(self.other_program) if self.other_program is not None else None
        )
        return fields

    def __str__(self) -> str:
        other = f" against program {self.other_program}" if self.other_program is not None else ""
        elements = "1 element" if self.count == 1 else f"{self.count} elements"
        return (
            f"{self.kind} of argument {self.argument!r} at byte {self.offset} "
            f"by program {self.program}{other}, "
            f"{elements}: kernel {self.kernel}, {self.file}:{self.line}"
        )


@dataclass(frozen=True)
class Launch:
    """One kernel launch. ``seconds`` is wall-clock time; ``splits`` counts chunks that diverged."""

    kernel: str
    grid: tuple[int, int, int]
    programs: int
    seconds: float
    chunks: int
    splits: int


class Report:
    """Violations of one launch, one entry for each (kind, kernel, file, line, argument)."""

    def __init__(self) -> None:
        self._entries: dict[tuple, Violation] = {}

    def add(self, violation: Violation) -> None:
        """Count ``violation``.

        The first one of its kind, line and argument lends program and offset.
        """
        key = (violation.kind, violation.kernel, violation.file, violation.line, violation.argument)
        known = self._entries.get(key)
        if known is not None:
            self._entries[key] = replace(known, count=known.count + violation.count)
        elif len(self._entries) < MAXIMUM_ENTRIES:
            self._entries[key] = violation

    def merge(self, other: Report) -> None:
        """Add all violations of ``other``."""
        for violation in other.violations:
            self.add(violation)

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
