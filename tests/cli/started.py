"""A command in a process of its own that can be waited for, signalled, and searched for remains."""

import os
import subprocess
import uuid
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import psutil

from .command import COMMAND

MARK = "CONFORMANCE_TEST_MARK"
CONTRACT = """
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument

DOUBLE = Contract(
    name="double",
    summary="2 x",
    axes=(Axis("N", "numbers", usual=8, edges=(1, 33)),),
    arguments=(TensorArgument("x", ("N",), ("float32",), "numbers", refused_by="callers"),),
    outputs=(Output("y", ("N",), "x", "doubled", budget=Budget(0.0, 0.0, "exact")),),
    reference=lambda x: 2 * x.double(),
)


def right(x):
    return 2 * x


def wrong(x):
    return 3 * x
"""
SLOW = """
import os, subprocess, time

def slow(x):
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    subprocess.Popen(["sh", "-c", "sleep 600 &"], start_new_session=True).wait()
    open("called", "w").close()
    time.sleep(600)

"""
DOUBLE = ["op.py:DOUBLE", "--profile", "quick", "--no-store"]
RIGHT = ["check", *DOUBLE, "--check", "values", "--subject", "op.py:right"]
WAITS = ["check", *DOUBLE, "--check", "values", "--subject", "slow.py:slow"]


def files(folder):
    """Put a tiny contract and its subjects into a folder; returns the folder."""
    (folder / "op.py").write_text(CONTRACT)
    (folder / "slow.py").write_text(SLOW)
    return folder


def until(condition, what, seconds=60):
    """Wait for something that happens elsewhere."""
    end = monotonic() + seconds
    while not (found := condition()):
        assert monotonic() < end, f"waited {seconds} s for {what}"
        sleep(0.02)
    return found


class Started:
    """A command that runs in a folder."""

    def __init__(self, folder, *words, command=COMMAND, environment=None, **options):
        self.folder = Path(folder)
        self._mark = uuid.uuid4().hex
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        self.process = subprocess.Popen(
            [*command, *words], cwd=folder, text=True,
            env={**os.environ, **(environment or {}), MARK: self._mark}, **options,
        )  # fmt: skip

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        for process in self.left():
            with suppress(psutil.Error):
                process.kill()
        self.process.kill()
        self.process.communicate()

    def wait_for(self, name="called", seconds=60):
        """Wait for a file that the command's subject writes."""
        there = self.folder / name
        until(lambda: there.exists() or self.process.poll() is not None, name, seconds)
        assert (self.folder / name).exists(), self.process.communicate()
        return self

    def send(self, *numbers):
        for number in numbers:
            self.process.send_signal(number)
        return self

    def ended(self, seconds=60):
        """Exit code, output and errors. Nothing that it started may be left."""
        out, error = self.process.communicate(timeout=seconds)
        left = self.left()
        assert not left, [process.cmdline() for process in left]
        return self.process.returncode, out, error

    def left(self):
        """Processes that the command started and that still run."""
        return [process for process in psutil.process_iter() if self._is_left(process)]

    def _is_left(self, process):
        try:
            return (
                process.pid != self.process.pid
                and process.environ().get(MARK) == self._mark
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except (psutil.Error, OSError):
            return False
