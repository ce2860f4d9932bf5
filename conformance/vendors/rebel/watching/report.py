"""Rules that an emulated kernel can break, and the error for what is not emulated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.memory import unsupported, violation
from conformance.memory.violation import (
    OUT_OF_BOUNDS_READ,
    OUT_OF_BOUNDS_WRITE,
    UNINITIALISED_READ,
)

__all__ = [
    "OUT_OF_BOUNDS_READ",
    "OUT_OF_BOUNDS_WRITE",
    "UNINITIALISED_READ",
    "BrokenRules",
    "UnsupportedFeature",
    "Violation",
]

UNDECLARED_READ = "read outside the declared shape"
UNDECLARED_WRITE = "write outside the declared shape"
OTHER_SHAPE = "declared shape of another tensor"
OTHER_STRIDES = "declared strides of another tensor"
INSERT_BEYOND = "insert beyond the partition"
LOAD_BEYOND = "load beyond the partition"
STORE_BEYOND = "store beyond the partition"
INDEX_RANGE = "dynamic index outside its range"


class UnsupportedFeature(unsupported.UnsupportedFeature):
    """A kernel uses something of `rebel` that is not emulated.

    ``feature`` names it; ``kernel``, ``file`` and ``line`` say where, if it was met inside a
    kernel.
    """

    who = "the emulation of rebel"


@dataclass(frozen=True)
class Violation(violation.Violation):
    """One broken rule of one kernel line. ``detail`` says what was declared and what there is.

    ``offset`` counts bytes from the argument's first byte, in row-major order of its elements: the
    layout in memory is the compiler's affair.
    """

    detail: str = ""

    def __str__(self) -> str:
        elements = "1 element" if self.count == 1 else f"{self.count} elements"
        detail = f": {self.detail}" if self.detail else ""
        return (
            f"{self.kind} of argument {self.argument!r} at byte {self.offset}, {elements}{detail} "
            f"(kernel {self.kernel}, {self.file}:{self.line})"
        )


class BrokenRules(RuntimeError):
    """A kernel broke memory rules while no session listened; see ``violations``."""

    def __init__(self, violations: Sequence[violation.Violation]):
        self.violations = tuple(violations)
        super().__init__("; ".join(map(str, violations)))
