"""What a session says when somebody reads it."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.lockstep.launch.record import Launch
from conformance.memory.unsupported import short_name
from conformance.memory.violation import Violation


class MemoryFindings(Exception):
    """Kernels broke rules of memory; the message has a line for each of ``violations``."""

    def __init__(self, violations: Sequence[Violation]):
        self.violations = tuple(violations)
        super().__init__("\n".join([_count(len(violations), "finding"), *_lines(violations)]))


def report_text(launches: Sequence[Launch], violations: Sequence[Violation]) -> str:
    """The launches, kernel by kernel, and what they broke, as lines."""
    if not launches:
        return "no kernel was launched"
    lines = []
    for kernel in dict.fromkeys(launch.kernel for launch in launches):
        own = [launch for launch in launches if launch.kernel == kernel]
        programs = _count(sum(launch.programs for launch in own), "program")
        seconds = sum(launch.seconds for launch in own)
        lines.append(
            f"{short_name(kernel)}: {_count(len(own), 'launch')}, {programs}, {seconds:.3f} s"
        )
    found = _count(len(violations), "finding") if violations else "no rule of memory was broken"
    return "\n".join([*lines, found, *_lines(violations)])


def _lines(violations: Sequence[Violation]) -> list[str]:
    return [f"  {violation}" for violation in violations]


def _count(number: int, what: str) -> str:
    plural = f"{what}es" if what.endswith("ch") else f"{what}s"
    return f"{number} {what if number == 1 else plural}"
