"""The judge's process under watch, and everything that stems from it."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from platformdirs import user_cache_dir

from conformance.events.request import Limits, Request
from conformance.processes import confine, tree
from conformance.runs.signals import checkpoint
from conformance.runs.surroundings import working_folder

_LOOK = 0.1
"""Seconds between two looks at what the judge says, and at its memory."""
_PATIENT = {"OMP_WAIT_POLICY": "PASSIVE"}
"""Threads that spin while they wait make small torch calls 8 times slower on a busy machine."""
_TAIL = 2000
"""Bytes of a dead judge's output that are kept."""
_END_SECONDS = 5.0
_SUITE_TAKES = 1 << 30
"""Bytes that the judge may take before the limit counts: torch and the suite take 0.3 GiB."""
TOKEN = "CONFORMANCE_RUN"
"""The variable by which the processes of a run are known, if the zygote cannot find them."""


def _scratch() -> str:
    """Where Hypothesis keeps what it reads out of modules: not in the folder of whoever asks."""
    return str(Path(user_cache_dir("conformance")) / "hypothesis")


@dataclass(frozen=True)
class Death:
    """How the judge's process ended before its answer came, and what it printed last."""

    how: str
    output: str


class WatchedJudge:
    """The process that judges, and those that it needs. Close it, or use it in a ``with``.

    Without a ``request`` it imports what it needs, and waits for :meth:`begin`. Calls of torch take
    ``threads`` threads at most (0: as torch decides), unless the environment says how many.
    """

    def __init__(self, request: Request | None, threads: int = 0) -> None:
        self._limits = Limits()
        # Memory, since the folder for temporary files may be missing, or full.
        self._log = os.memfd_create("conformance-log", os.MFD_CLOEXEC)
        orders, self._orders = os.pipe2(os.O_CLOEXEC)
        self._pipe, messages = os.pipe2(os.O_CLOEXEC)
        self._token = os.urandom(8).hex()
        confine.adopt_orphans()
        self._process = subprocess.Popen(
            # Without -P a module in the current directory would stand for one of the suite's.
            [sys.executable, "-P", "-u", "-m", "conformance.processes.zygote",
             str(orders), str(messages), str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            pass_fds=(orders, messages),
            env=_environment(self._token, threads),
            start_new_session=True,
            cwd=working_folder(),
        )  # fmt: skip
        os.close(orders)
        os.close(messages)
        self._buffer = bytearray()
        self._gone = ""
        self._looked = monotonic()
        self._waited = 0.0
        self._judge: list[int] = []
        if request is not None:
            self.begin(request)

    def begin(self, request: Request) -> None:
        """Order the first subject to be loaded."""
        self._limits = request.limits
        self._looked = monotonic()
        self._order_text(request.to_json())

    def __enter__(self) -> "WatchedJudge":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _order_text(self, line: str) -> None:
        """Send a line; a judge that is gone is noticed when reading."""
        with suppress(BrokenPipeError):
            data = line.encode() + b"\n"
            while data:
                data = data[os.write(self._orders, data) :]

    def order(self, order: dict[str, str]) -> None:
        """Give an order: ``check`` or ``aspect`` with an id, ``case`` or ``load`` with its text, or
        ``ahead``."""
        self._waited = 0.0
        self._order_text(json.dumps(order))

    def messages(self) -> Iterator[dict[str, Any] | Death]:
        """What the judge says, as it comes. Ends only after a :class:`Death`."""
        while True:
            checkpoint()
            line, newline, rest = self._buffer.partition(b"\n")
            if newline:
                self._buffer = rest
                self._waited = 0.0
                message = json.loads(line)
                if "gone" in message:
                    self._gone = str(message["gone"])
                elif "sign" not in message:
                    yield message
                continue
            ready, _, _ = select.select([self._pipe], [], [], _LOOK)
            if ready:
                chunk = os.read(self._pipe, 1 << 16)
                if not chunk:
                    yield self._death(self._ending())
                    return
                self._buffer += chunk
                continue
            if excess := self._excess():
                self.kill()
                yield self._death(excess)
                return

    def _excess(self) -> str | None:
        now = monotonic()
        # Time in which this process was stopped as well is nobody's.
        self._waited += min(now - self._looked, 5 * _LOOK)
        self._looked = now
        limit = self._limits.judge_seconds
        if self._waited > limit:
            return f"no sign of life for {limit:g} s"
        self._judge = self._judge or self._found()
        if tree.memory_of(self._judge) - _SUITE_TAKES > self._limits.memory:
            return f"took more than {self._limits.memory / (1 << 30):.3g} GiB of memory"
        return None

    def _found(self) -> list[int]:
        """The judge's process: of all that stem from the zygote, it alone shares its session."""
        zygote, found = self._process.pid, []
        for process in tree.below(zygote):
            with suppress(ProcessLookupError):
                if os.getsid(process) == zygote:
                    found.append(process)
        return found

    def _ending(self) -> str:
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            return "closed its pipe and went on"
        if self._gone:
            return self._gone
        if code < 0:
            with suppress(ValueError):
                return f"crashed with {signal.Signals(-code).name}"
            return f"crashed with signal {-code}"
        return f"ended the process with exit code {code}"

    def _death(self, how: str) -> Death:
        length = os.fstat(self._log).st_size
        output = os.pread(self._log, _TAIL, max(0, length - _TAIL)).decode(errors="replace")
        return Death(how, output.strip())

    def kill(self) -> None:
        """End the judge and everything that stems from it."""
        self._process.terminate()  # the zygote ends all others before it goes
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            adopted = tree.end_all(self._process.pid)
            self._process.kill()
            self._process.wait()
            tree.forget(adopted)  # by this process, now that the zygote is gone
        self._end_orphans()

    def _end_orphans(self) -> None:
        """End what the zygote could not, because it was ended itself: all that has the token."""
        for orphan in tree.with_variable(TOKEN, self._token):
            tree.end_all(orphan)
            tree.kill(orphan)
            tree.forget([orphan])

    def close(self) -> None:
        """End everything and give back what was opened."""
        if self._process.poll() is None:
            self.kill()
        elif self._process.returncode:
            self._end_orphans()
        for descriptor in (self._orders, self._pipe, self._log):
            with suppress(OSError):
                os.close(descriptor)


def _environment(token: str, threads: int) -> dict[str, str]:
    at_once = {"OMP_NUM_THREADS": str(threads)} if threads else {}
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"}
    return {
        **_PATIENT,
        **at_once,
        "HYPOTHESIS_STORAGE_DIRECTORY": _scratch(),
        **kept,
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        TOKEN: token,
    }
