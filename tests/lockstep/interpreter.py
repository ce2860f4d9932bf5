"""Triton's own interpreter in a process of its own, since it patches ``triton.language`` for good."""

from __future__ import annotations

import importlib
import os
import pickle
import struct
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def _send(stream: Any, value: Any) -> None:
    data = pickle.dumps(value)
    stream.write(struct.pack("<Q", len(data)) + data)
    stream.flush()


def _receive(stream: Any) -> Any:
    header = stream.read(8)
    if len(header) < 8:
        raise EOFError("the interpreter process ended")
    return pickle.loads(stream.read(struct.unpack("<Q", header)[0]))


class Interpreter:
    """Calls ``module.function(*arguments)`` where kernels run in Triton's interpreter."""

    def __init__(self) -> None:
        environment = {**os.environ, "TRITON_INTERPRET": "1", "PYTHONPATH": os.pathsep.join(
            [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])}  # fmt: skip
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.lockstep.interpreter"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment,
        )  # fmt: skip

    def call(self, module: str, function: str, *arguments: Any) -> Any:
        """The function's result; an exception there is raised here as ``RuntimeError``."""
        _send(self._process.stdin, (module, function, arguments))
        succeeded, result = _receive(self._process.stdout)
        if not succeeded:
            raise RuntimeError(result)
        return result

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


def _serve() -> None:
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever kernels print must not end up between the answers
    while True:
        try:
            module, function, arguments = _receive(source)
        except EOFError:
            return
        try:
            _send(sink, (True, getattr(importlib.import_module(module), function)(*arguments)))
        except Exception:
            _send(sink, (False, traceback.format_exc()))


if __name__ == "__main__":
    _serve()
