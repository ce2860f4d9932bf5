"""A worker process under watch: time limits, memory limits, crashes."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import psutil
from platformdirs import user_cache_dir

from conformance.events.request import Request
from conformance.runs.signals import checkpoint
from conformance.runs.surroundings import working_folder

_LOOK = 0.1
"""Seconds between two looks at a worker's memory."""
_PATIENT = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Threads that spin while they wait make small torch calls 8 times slower on a busy machine."""
_TAIL = 2000
"""Bytes of a dead worker's output that are kept."""


def _scratch() -> str:
    """Where Hypothesis keeps what it reads out of modules: not in the folder of whoever asks."""
    return str(Path(user_cache_dir("conformance")) / "hypothesis")


@dataclass(frozen=True)
class Death:
    """How a worker ended before its answer came. ``phase`` is load, call or judge.

    ``limited`` says that it was ended at a limit.
    """

    phase: str
    how: str
    output: str
    limited: bool = False

    @property
    def crashed(self) -> bool:
        """Whether it ended by itself, and at once, in a call of the subject."""
        return self.phase == "call" and not self.limited


class WorkerProcess:
    """A process with a subject in it. Close it, or use it in a ``with``."""

    def __init__(self, request: Request) -> None:
        self.limits = request.limits
        self.phase = "load"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by close()
        read, write = os.pipe()
        # Unbuffered, so that what a subject printed before it crashed is in the log.
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "conformance.asking.worker", str(write)],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            pass_fds=(write,),
            env={
                **_PATIENT,
                "HYPOTHESIS_STORAGE_DIRECTORY": _scratch(),
                **os.environ,
                "PYTHONIOENCODING": "utf-8",  # of the orders, whatever the terminal's is
            },
            start_new_session=True,
            cwd=working_folder(),
        )
        os.close(write)
        self._pipe = read
        self._buffer = b""
        self._watched = psutil.Process(self._process.pid)
        self._since = self._looked = monotonic()
        self.order_text(request.to_json())

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def order_text(self, line: str) -> None:
        """Send a line; a worker that is gone is noticed when reading."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def order(self, order: dict[str, str]) -> None:
        """Give an order: ``check`` or ``aspect`` with an id, ``case`` or ``load`` with its text.

        A ``check`` may come with the line of a case in which the subject ``died``.
        """
        self.phase, self._since = "judge", monotonic()
        self.order_text(json.dumps(order))

    def messages(self) -> Iterator[dict[str, Any] | Death]:
        """What the worker says, as it comes. Ends only after a :class:`Death`."""
        while True:
            checkpoint()
            line, newline, rest = self._buffer.partition(b"\n")
            if newline:
                self._buffer = rest
                message = json.loads(line)
                self._since = monotonic()
                if "phase" in message:
                    self.phase = message["phase"]
                else:
                    yield message
                continue
            ready, _, _ = select.select([self._pipe], [], [], _LOOK)
            if ready:
                chunk = os.read(self._pipe, 1 << 16)
                if not chunk:
                    yield self._death(self._ending())
                    return
                self._buffer += chunk
            if monotonic() - self._looked < _LOOK:
                continue
            self._looked = monotonic()
            if excess := self._excess():
                self.kill()
                yield self._death(excess, limited=True)
                return

    def _excess(self) -> str | None:
        limit = getattr(self.limits, f"{self.phase}_seconds")
        if monotonic() - self._since > limit:
            return f"no end after {limit:g} s"
        try:
            used = self._watched.memory_info().rss
        except psutil.Error:
            return None
        if used > self.limits.memory:
            return f"took more than {self.limits.memory / (1 << 30):.3g} GiB of memory"
        return None

    def _ending(self) -> str:
        code = self._process.wait()
        if code < 0:
            return f"crashed with {signal.Signals(-code).name}"
        return f"ended the process with exit code {code}"

    def _death(self, how: str, limited: bool = False) -> Death:
        length = self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, length - _TAIL))
        output = self._log.read().decode(errors="replace")
        return Death(self.phase, how, output.strip(), limited)

    def kill(self) -> None:
        """End the worker and everything it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End the worker and give back its pipe."""
        if self._process.poll() is None:
            self.kill()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        os.close(self._pipe)
        self._log.close()
