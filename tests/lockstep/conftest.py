"""What the lockstep tests share."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from conformance.lockstep import lockstep

from .interpreter import Interpreter


@pytest.fixture(scope="session")
def interpreter() -> Iterator[Interpreter]:
    """One process with Triton's interpreter for all tests."""
    process = Interpreter()
    yield process
    process.close()


def assert_same_bits(got: Any, wanted: Any) -> None:
    """Tensors (or tuples of them) are equal bit by bit; any NaN equals any NaN."""
    if isinstance(wanted, torch.Tensor):
        assert got.dtype == wanted.dtype and got.shape == wanted.shape
        if wanted.is_floating_point():
            assert torch.equal(got.isnan(), wanted.isnan())
            got, wanted = got.nan_to_num(0.0, torch.inf, -torch.inf), wanted.nan_to_num(0.0, torch.inf, -torch.inf)
        got_bytes = got.detach().contiguous().view(torch.uint8).numpy()
        wanted_bytes = wanted.detach().contiguous().view(torch.uint8).numpy()
        different = np.flatnonzero(got_bytes != wanted_bytes)
        assert not len(different), f"first different byte {different[0]}: {got} instead of {wanted}"
    else:
        assert len(got) == len(wanted)
        for one, other in zip(got, wanted, strict=True):
            assert_same_bits(one, other)


@pytest.fixture
def check(interpreter: Interpreter) -> Callable[..., None]:
    """Run a function of ``tests.lockstep.subjects`` both ways; same bits, and no violation in lockstep."""

    def run(module: str, function: str, *arguments: Any, chunk: int | None = None) -> None:
        subject = getattr(importlib.import_module(f"tests.lockstep.subjects.{module}"), function)
        with lockstep(chunk=chunk) as session:
            got = subject(*arguments)
        assert session.launch_count
        assert session.violations == ()
        assert_same_bits(got, interpreter.call(f"tests.lockstep.subjects.{module}", function, *arguments))

    return run
