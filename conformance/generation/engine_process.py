"""An engine's process, as the process sees it that started it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing.connection import Connection
from socket import socketpair
from tempfile import TemporaryFile
from typing import Any

from conformance.generation.kinds import kind_named
from conformance.generation.setup import ProcessSetup
from conformance.generation.wire import Garbled, Raised, receive, send
from conformance.processes.ending import Ending, ending_of, kills_for_memory
from conformance.processes.tree import end_all, forget, kill

TAIL_BYTES = 4000
"""How much of the end of its output is told when a process has died."""
_LONGEST_OUTPUT_BYTES = 16 << 20


class EngineUnavailable(Exception):
    """No engine of this kind can run here; the message says what is missing."""


class EngineDied(Exception):
    """An engine's process has ended, or was ended because it did not keep to the protocol.

    ``ending`` says how, and whose doing it was; ``tail`` is the end of what it printed.
    """

    def __init__(self, ending: Ending, tail: str):
        super().__init__(f"the engine's process {ending.how}")
        self.ending, self.tail = ending, tail


class EngineRaised(Exception):
    """What an engine raised, in ``raised``."""

    def __init__(self, raised: Raised):
        where = f" ({raised.place})" if raised.place else ""
        super().__init__(f"{raised.type}: {raised.message}{where}")
        self.raised = raised


class EngineProcess:
    """A process that takes orders. It ends when the thread that started it ends.

    Raises :class:`EngineUnavailable`, :class:`EngineRaised` if the engine's package cannot be
    imported, and :class:`EngineDied`.
    """

    def __init__(self, setup: ProcessSetup, seconds: float | None = None):
        kind = kind_named(setup.kind)
        if missing := kind.lacks():
            raise EngineUnavailable(missing)
        self._seconds, self._kills = seconds, kills_for_memory()
        self._output = TemporaryFile()  # noqa: SIM115 - open as long as the process lives
        ours, theirs = socketpair()
        with theirs:
            self._connection = Connection(ours.detach())
            command = [sys.executable, "-P", "-m", "conformance.generation.process"]
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                env=_environment(kind, setup),
                pass_fds=[theirs.fileno()],
            )
        try:
            self.ask({"setup": setup.as_dict()})
        except EngineRaised:
            self.close()
            raise

    def ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """What the process answers. Raises :class:`EngineRaised` and :class:`EngineDied`."""
        if self._output.seek(0, os.SEEK_END) > _LONGEST_OUTPUT_BYTES:
            self._output.truncate(0)
        try:
            send(self._connection, order)
            if not self._connection.poll(self._seconds):
                raise self._dead(Ending(f"did not answer within {self._seconds:g} s", own=True))
            answer = receive(self._connection)
            done = answer["done"] if "raised" not in answer else None
        except (Garbled, KeyError) as error:
            raise self._dead(Ending(f"sent what is no answer ({error})", own=True)) from error
        except (EOFError, OSError) as error:
            raise self._dead(None) from error
        if done is None:
            raise EngineRaised(Raised(**answer["raised"]))
        return dict(done)

    @property
    def lives(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def id(self) -> int:
        """Of the process."""
        return self._process.pid

    def close(self) -> None:
        """End the process, and all that it started."""
        self._connection.close()
        if self.lives:
            forget(end_all(self._process.pid))
            kill(self._process.pid)
        self._process.wait()
        self._output.close()

    def _dead(self, ending: Ending | None) -> EngineDied:
        """What there is to tell of a process that takes no more orders, after ending it."""
        if ending is None:
            ending = self._ended()
        tail = self._tail()
        self.close()
        return EngineDied(ending, tail)

    def _ended(self) -> Ending:
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return Ending("closed its connection and went on", own=True)
        status = -code if code < 0 else code << 8
        return ending_of(status, kills_for_memory() - self._kills)

    def _tail(self) -> str:
        length = self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, length - TAIL_BYTES))
        return self._output.read().decode(errors="replace")


def _environment(kind: Any, setup: ProcessSetup) -> dict[str, str]:
    """This process's variables, those of the kind, then those of the setup."""
    variables: dict[str, str | None] = {
        **os.environ,
        **kind.environment(setup),
        **setup.environment,
    }
    found = {name: value for name, value in variables.items() if value is not None}
    if folders := [str(path) for path in kind.paths(setup)]:
        found["PYTHONPATH"] = os.pathsep.join([*folders, *filter(None, [found.get("PYTHONPATH")])])
    return found
