"""The one kernel that is running: what it records, and where in the kernel it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from conformance.memory.report import Report
from conformance.vendors.rebel.watching.report import UnsupportedFeature, Violation

_PACKAGE = str(Path(__file__).parent.parent)


@dataclass
class RunningKernel:
    """``rest`` is what fills the rows that a dynamic load does not deliver.

    ``module`` is where the kernel was defined. ``sizes`` holds, by name of an index argument, the
    length of the axis that its values count.
    """

    name: str
    rest: float = 0.0
    report: Report = field(default_factory=Report)
    sizes: dict[str, int] = field(default_factory=dict)
    module: str = ""

    def record(self, kind: str, argument: str, offset: int, count: int, detail: str = "") -> None:
        """Note a broken rule at the kernel's present line."""
        file, line = position()
        origin = (0, 0, 0)
        self.report.add(
            Violation(
                kind, self.name, file, line, origin, None, argument, offset, count, detail=detail
            )
        )


_running: list[RunningKernel] = []


@contextmanager
def running(kernel: RunningKernel) -> Iterator[None]:
    """Make ``kernel`` the current one."""
    _running.append(kernel)
    try:
        yield
    finally:
        _running.pop()


def current() -> RunningKernel:
    """The running kernel. Raises RuntimeError outside of kernels."""
    if not _running:
        raise RuntimeError("functions of rebel's Triton language work inside a running kernel only")
    return _running[-1]


def position() -> tuple[str, int]:
    """File and line of the innermost running frame outside the emulation."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_PACKAGE):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "<unknown>", 0


def unsupported(feature: str) -> UnsupportedFeature:
    """The error to raise for ``feature``, with kernel and line filled in."""
    if not _running:
        return UnsupportedFeature(feature)
    file, line = position()
    return UnsupportedFeature(feature, _running[-1].name, file, line)
