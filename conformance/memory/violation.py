"""Broken rules of memory."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from conformance.memory.unsupported import short_name

OUT_OF_BOUNDS_READ = "out-of-bounds read"
OUT_OF_BOUNDS_WRITE = "out-of-bounds write"
UNINITIALISED_READ = "uninitialised read"
WRITE_RACE = "write race"
READ_RACE = "read race"
LANE_RACE = "race inside a program"


@dataclass(frozen=True)
class Violation:
    """One broken memory rule of one kernel line, aggregated over programs and elements.

    ``kernel`` is its module and qualified name; a message shows the last part, beside the file.
    ``line`` is that of the innermost frame in the user's source. ``program`` is the (x, y, z) of
    the lowest program; ``other_program`` its partner in a race, where it is known. ``offset``
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

    @property
    def rule(self) -> tuple[str, str, str, int, str]:
        """Which rule is broken, and where: kind, kernel, file, line, argument."""
        return self.kind, self.kernel, self.file, self.line, self.argument

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
            f"{elements}: kernel {short_name(self.kernel)}, {self.file}:{self.line}"
        )
