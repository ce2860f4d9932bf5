"""The one session of an engine's process: kernels are counted, broken rules kept for an order."""

from __future__ import annotations

from typing import Any

from conformance.generation.where import WHERE
from conformance.memory.violation import Violation
from conformance.vendors.rebel.watching.running import RunningKernel
from conformance.vendors.rebel.watching.session import RebelSession


class EngineSession(RebelSession):
    """A session that forgets launches: a process may make millions."""

    def __init__(self) -> None:
        super().__init__(rest=0.0, undefined=None, runs=True)
        self._kept: dict[Any, tuple[Violation, Any]] = {}

    def note(self, launch: RunningKernel, violations: tuple[Violation, ...]) -> None:
        """Count a launch, and keep the first violation of each rule with its phase and layer."""
        WHERE.called(f"{launch.module.rpartition('.')[2]}.{launch.name}")
        for violation in violations:
            place = (WHERE.phase, WHERE.layer, max(len(WHERE.steps) - 1, 0))
            self._kept.setdefault((violation.rule, WHERE.phase), (violation, place))

    def take(self) -> tuple[dict[str, Any], ...]:
        """Violations since the last time, as data with ``phase``, ``layer`` and ``step``."""
        kept = [
            {**violation.as_dict(), "phase": phase, "layer": layer, "step": step}
            for violation, (phase, layer, step) in self._kept.values()
        ]
        self._kept.clear()
        return tuple(kept)


_open: list[EngineSession] = []


def engine_session() -> EngineSession:
    """The session of this process, opened the first time."""
    if not _open:
        _open.append(EngineSession())
        _open[0].__enter__()
    return _open[0]
