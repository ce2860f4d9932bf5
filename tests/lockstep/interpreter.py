"""Triton's own interpreter in a process of its own, since it patches ``triton.language`` for
good.
"""

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


class InterpreterFailure(Exception):
    """What went wrong in the interpreter's process."""


class Interpreter:
    """Calls ``module.function(*arguments)`` where kernels run in Triton's interpreter."""

    def __init__(self) -> None:
        environment = {
            **os.environ,
            "TRITON_INTERPRET": "1",
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
            ),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.lockstep.interpreter"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment,
        )

    def call(self, module: str, function: str, *arguments: Any) -> Any:
        """The function's result; an exception there is raised here as ``InterpreterFailure``."""
        _send(self._process.stdin, (module, function, arguments))
        succeeded, result = _receive(self._process.stdout)
        if not succeeded:
            raise InterpreterFailure(result)
        return result

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


def _pass_floats_as_tensors() -> None:
    """Python floats become fp32 tensors, as in compiled code.

    Many kernels say ``eps.to(tl.float32)``.
    """
    import numpy as np
    import triton.language as tl
    from triton.runtime import interpreter

    convert = interpreter._implicit_cvt

    def converted(value: Any) -> Any:
        if type(value) is float:
            return tl.tensor(
                interpreter.TensorHandle(np.array([value], np.float32), tl.float32), tl.float32
            )
        return convert(value)

    interpreter._implicit_cvt = converted


def _provide_libdevice() -> None:
    """Without a GPU its functions are stubs that return None."""
    import triton.language as tl
    from triton.language.extra import libdevice

    libdevice.rsqrt = lambda value: tl.rsqrt(value)


def _serve() -> None:
    _pass_floats_as_tensors()
    _provide_libdevice()
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
