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
EARLY_READ = "read race with the launch before"
EARLY_WRITE = "write race with the launch before"


def argument_label(place: int) -> str:
    """What is said of the argument at a place of a call, from 0, where its name is not known."""
    return f"argument {place}"


@dataclass(frozen=True)
class Violation:
    """One broken memory rule of one kernel line, aggregated over programs and elements.

    ``kernel`` is its module and qualified name; a message shows the last part, beside the file.
    ``line`` is that of the innermost frame in the user's source. ``program`` is the (x, y, z) of
    the lowest program; ``other_program`` its partner in a race, where it is known. ``offset``
    counts bytes from the argument's first byte to the first element concerned. ``count`` is the
    number of elements, or of whatever ``unit`` says.

    On a GPU only what was written is known, not by whom: there is no ``program`` then, ``kernel``
    names all that the call launched, and ``file`` and ``line`` are those of the first of them.
    """

    kind: str
    kernel: str
    file: str
    line: int
    program: tuple[int, int, int] | None
    other_program: tuple[int, int, int] | None
    argument: str
    offset: int
    count: int
    unit: str = "element"

    @property
    def rule(self) -> tuple[str, str, str, int, str]:
        """Which rule is broken, and where: kind, kernel, file, line, argument."""
        return self.kind, self.kernel, self.file, self.line, self.argument

    def as_dict(self) -> dict[str, Any]:
        """The fields as JSON-able values."""
        fields = asdict(self)
        fields["program"] = list(self.program) if self.program is not None else None
        fields["other_program"] = (
            list(self.other_program) if self.other_program is not None else None
        )
        return fields

    def __str__(self) -> str:
        other = f" against program {self.other_program}" if self.other_program is not None else ""
        count = f"{self.count} {self.unit}{'s' if self.count != 1 else ''}"
        by = f" by program {self.program}{other}" if self.program is not None else ""
        kernel = f": kernel {short_name(self.kernel)}" if self.kernel else ""
        place = f", {self.file}:{self.line}" if self.file else ""
        return (
            f"{self.kind} of argument {self.argument!r} at byte {self.offset}"
            f"{by}, {count}{kernel}{place}"
        )
