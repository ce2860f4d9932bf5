"""The main of an engine's process: ``python -m conformance.generation.process DESCRIPTOR``.

The descriptor is a socket, over which it takes orders (see :mod:`conformance.generation.wire`).
It ends with the process that started it. Exceptions of the engine are answers.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from conformance.catalogue.objects import load_object
from conformance.generation.kind import EngineKind
from conformance.generation.kinds import kind_named
from conformance.generation.setup import EngineSetup, Generate, Generated, ProcessSetup
from conformance.generation.where import WHERE
from conformance.generation.wire import Raised, receive, send
from conformance.processes.confine import die_with_parent
from conformance.processes.tree import end_all

AS_IS, ZERO = "as-is", "zero"
NO_SEAM = ""
"""The word with which a seam gives back what it has replaced."""
Changes = dict[str, tuple[str | None, str | None]]
"""Names of variables with what they were and are."""


class Engines:
    """The engines of this process."""

    def __init__(self, setup: ProcessSetup):
        self._setup = setup
        self._kind: EngineKind = kind_named(setup.kind)
        self._running: dict[str, Any] = {}
        #: Loaded once: a file that is loaded again does not know what it replaced the first time.
        self._seams: dict[str, Callable[[str], Any]] = {}
        self._before = dict(os.environ)
        self._kind.prepare(setup)
        self._kind.imported(setup)
        for text in setup.plants:
            load_object(text)()

    def start(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Start an engine, put seams in place before, and say what is known of it."""
        engine = EngineSetup.from_dict(order["engine"])
        self._set_seams(engine)
        running = self._kind.start(self._setup, engine)
        self._running[_key(order)] = running
        started = self._kind.started(running)
        # Since before the import: what the first engine of a process set, no later one changes.
        changed = _changes(self._before, dict(os.environ))
        return replace(started, environment=changed).as_dict()

    def generate(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """Have an engine carry out an order. An engine that raises is ended."""
        key, asked = _key(order), Generate.from_dict(order["generate"])
        running = self._running[key]
        self._set_seams(EngineSetup.from_dict(order["engine"]))
        WHERE.clear()
        try:
            if asked.caches != AS_IS:
                self._kind.fill_caches(running, asked.caches)
            answer = dict(self._kind.generate(running, asked))
            if asked.caches != AS_IS:
                # Or the next order, to which memory is as it is, would find it there.
                self._kind.fill_caches(running, ZERO)
        except BaseException:
            self._end(key)
            raise
        counted = {"steps": tuple(WHERE.steps), "calls": WHERE.calls()}
        return Generated(**{**counted, **answer}).as_dict()

    def end(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """End an engine; one that is not there is fine."""
        self._end(_key(order))
        return {}

    def _end(self, key: str) -> None:
        running = self._running.pop(key, None)
        if running is not None:
            self._kind.end(running)

    def _set_seams(self, engine: EngineSetup) -> None:
        """Put in place what the engine wants, and take away what only other engines want."""
        for name in engine.seams:
            if name not in self._seams:
                self._seams[name] = load_object(name)
        for name, seam in self._seams.items():
            seam(engine.seams.get(name, NO_SEAM))


def _key(order: Mapping[str, Any]) -> str:
    return json.dumps(order["engine"], sort_keys=True)


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Changes:
    names = sorted({*before, *after})
    return {
        name: (before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    }


def _answered(connection: Connection, act: Callable[[], Any]) -> Any:
    """Send what ``act`` returns (None: nothing to tell), or what it raises; what it returned."""
    try:
        result = act()
        answer = {"done": result if isinstance(result, dict) else {}}
    except Exception as error:
        result, answer = None, {"raised": Raised.of(error).as_dict()}
    send(connection, answer)
    return result


def serve(connection: Connection) -> None:
    """Carry out orders until nobody is there who could give one."""
    setup = ProcessSetup.from_dict(receive(connection)["setup"])
    engines = _answered(connection, lambda: Engines(setup))
    if engines is None:
        return
    acts = {"start": engines.start, "generate": engines.generate, "end": engines.end}
    while True:
        order = receive(connection)
        _answered(connection, lambda order=order: acts[order["order"]](order))  # type: ignore[misc]


def main(descriptor: int) -> None:
    """Serve. What the engine starts inherits neither the socket nor a terminal's input."""
    die_with_parent()
    os.set_inheritable(descriptor, False)
    try:
        serve(Connection(descriptor))
    except (EOFError, OSError):
        pass
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        # An engine's own clean-up may take long, or hang; nothing of it outlives the process.
        end_all(os.getpid())
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
