"""Engines, each started once and reused, wherever their processes are.

No engine's package is imported here. Processes end when the thread that started them ends.
"""

import json
from typing import Any

from conformance.generation.engine_process import (
    EngineDied,
    EngineProcess,
    EngineRaised,
    EngineUnavailable,
)
from conformance.generation.setup import EngineSetup, Generate, Generated, ProcessSetup, Started

__all__ = ["EngineDied", "EngineRaised", "EngineUnavailable", "Engines"]

PROCESSES = 3
ENGINES = 3
"""How many live at the same time: a process takes about 0.9 GB, an engine of a tiny model 50 MB."""


class _Process:
    """A process with what is known of its engines, the one used last at the end."""

    def __init__(self, process: EngineProcess):
        self.process = process
        self.engines: dict[str, Started] = {}


class Engines:
    """Starts processes and engines when they are first asked for, and keeps them.

    The least recently used ones end when there are more than ``processes``, or than ``engines`` in
    a process. A process that does not answer within ``seconds`` (None: any time) is ended.
    All calls raise :class:`EngineUnavailable` if such an engine cannot run here,
    :class:`EngineDied` and :class:`EngineRaised`; after these the next order starts anew what has
    ended.
    """

    def __init__(
        self, processes: int = PROCESSES, engines: int = ENGINES, seconds: float | None = None
    ):
        self._most_processes, self._most_engines = processes, engines
        self._seconds = seconds
        self._processes: dict[str, _Process] = {}

    def __enter__(self) -> "Engines":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def start(self, setup: ProcessSetup, engine: EngineSetup) -> Started:
        """What is known of an engine, which runs from now on."""
        process = self._process(setup)
        name = _text(engine)
        if name in process.engines:
            started = process.engines.pop(name)
        else:
            self._make_room(setup, process)
            order = {"order": "start", "engine": engine.as_dict()}
            started = Started.from_dict(self._ask(setup, order))
        process.engines[name] = started
        return started

    def generate(self, setup: ProcessSetup, engine: EngineSetup, order: Generate) -> Generated:
        """Have an engine carry out an order; one that does not run is started before.

        Where it raises, the engine is ended, so that nothing of the order is left in it.
        """
        self.start(setup, engine)
        message = {
            "order": "generate",
            "engine": engine.as_dict(),
            "generate": order.as_dict(),
        }
        try:
            return Generated.from_dict(self._ask(setup, message))
        except EngineRaised:
            self._processes[_text(setup)].engines.pop(_text(engine), None)
            raise

    def forget(self, setup: ProcessSetup) -> None:
        """End a process, so that the next order starts a new one; one that is not there is fine."""
        if (process := self._processes.pop(_text(setup), None)) is not None:
            process.process.close()

    def processes(self) -> tuple[int, ...]:
        """The ids of the processes that are kept."""
        return tuple(each.process.id for each in self._processes.values())

    def close(self) -> None:
        """End all processes."""
        while self._processes:
            self._processes.popitem()[1].process.close()

    def _process(self, setup: ProcessSetup) -> _Process:
        name = _text(setup)
        found = self._processes.pop(name, None)
        if found is not None and not found.process.lives:
            # It ended by itself between two orders: that is no answer to the one that comes now.
            found.process.close()
            found = None
        if found is None:
            while len(self._processes) >= self._most_processes:
                self._processes.pop(next(iter(self._processes))).process.close()
            found = _Process(EngineProcess(setup, self._seconds))
        self._processes[name] = found
        return found

    def _make_room(self, setup: ProcessSetup, process: _Process) -> None:
        while len(process.engines) >= self._most_engines:
            oldest = next(iter(process.engines))
            del process.engines[oldest]
            self._ask(setup, {"order": "end", "engine": json.loads(oldest)})

    def _ask(self, setup: ProcessSetup, order: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._processes[_text(setup)].process.ask(order)
        except EngineDied:
            del self._processes[_text(setup)]
            raise


def _text(setup: ProcessSetup | EngineSetup) -> str:
    return json.dumps(setup.as_dict(), sort_keys=True)
