"""What the lockstep tests share."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
import triton

from conformance.lockstep import lockstep

from .interpreter import Interpreter, InterpreterFailure

RELEASE = tuple(int(part) for part in triton.__version__.split(".")[:2])


@pytest.fixture(scope="session")
def interpreter() -> Iterator[Interpreter]:
    """One process with Triton's interpreter for all tests."""
    process = Interpreter()
    yield process
    process.close()


def assert_same_bits(got: Any, wanted: Any) -> None:
    """Tensors (or tuples of them) are equal bit by bit, NaN included."""
    if isinstance(wanted, torch.Tensor):
        assert got.dtype == wanted.dtype and got.shape == wanted.shape
        got_bytes = got.detach().reshape(-1).contiguous().view(torch.uint8).numpy()
        wanted_bytes = wanted.detach().reshape(-1).contiguous().view(torch.uint8).numpy()
        different = np.flatnonzero(got_bytes != wanted_bytes)
        assert not len(different), f"first different byte {different[0]}: {got} instead of {wanted}"
    else:
        assert len(got) == len(wanted)
        for one, other in zip(got, wanted, strict=True):
            assert_same_bits(one, other)


@pytest.fixture
def check(interpreter: Interpreter) -> Callable[..., None]:
    """Run a function of ``tests.lockstep.subjects`` both ways.

    Same bits, and no violation in lockstep.
    """

    def run(module: str, function: str, *arguments: Any, chunk: int | None = None) -> None:
        subject = getattr(importlib.import_module(f".subjects.{module}", __package__), function)
        with lockstep(chunk=chunk) as session:
            got, again = subject(*arguments), subject(*arguments)
        assert session.launch_count
        assert session.violations == ()
        assert_same_bits(again, got)  # the second time, what was decided the first time is replayed
        try:
            wanted = interpreter.call(f"tests.lockstep.subjects.{module}", function, *arguments)
        except InterpreterFailure as failure:
            if RELEASE >= (3, 9):
                raise
            reason = str(failure).strip().splitlines()[-1]
            pytest.skip(f"the interpreter of Triton {triton.__version__} fails: {reason}")
        assert_same_bits(got, wanted)

    return run
