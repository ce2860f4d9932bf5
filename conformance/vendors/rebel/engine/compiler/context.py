"""Functions and classes of the package `rebel` itself, as far as an engine reaches them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch

NPU = "RBLN-CR03"
"""The NPU that is emulated unless ``RBLN_FORCE_NPU_NAME`` names another one."""


class CompileContext:
    """What graphs that are compiled together share. Nothing is compiled, so it only listens."""

    def __init__(self, *settings: Any, **named: Any) -> None:
        self.settings = (settings, named)

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name.startswith("__"):
            raise AttributeError(name)
        return nothing


class Runtime:
    """What runs a graph that was compiled before. Raises NotImplementedError: there is none."""

    def __init__(self, *settings: Any, **named: Any) -> None:
        raise NotImplementedError("the emulation of rebel compiles no graph that could run later")


class RBLNCompiledModel(Runtime):
    """A compiled model. Raises NotImplementedError: there is none."""


def nothing(*arguments: Any, **named: Any) -> None:
    """A request to the compiler or the driver that changes no result."""


def nothing_written(*arguments: Any, **named: Any) -> bool:
    """No graph was built that a cache could keep."""
    return False


def compile(*arguments: Any, dtype: str = "", **named: Any) -> Any:
    """Compiling outside of `torch.compile`. Raises NotImplementedError: this is not emulated."""
    raise NotImplementedError("the emulation of rebel runs graphs of torch.compile only")


def get_npu_name(device: int = 0) -> str:
    """The name of an NPU."""
    return os.environ.get("RBLN_FORCE_NPU_NAME", NPU)


def manual_seed(seed: int) -> None:
    """Seed the generators of random numbers, which are torch's here."""
    torch.manual_seed(seed)


@contextmanager
def capture_reports(*arguments: Any, **named: Any) -> Iterator[list[Any]]:
    """Reports of what runs inside: none."""
    yield []


def aligned_tensor(*shape: int, dtype: torch.dtype = torch.float32, **named: Any) -> torch.Tensor:
    """Host memory (shape) that an NPU could read."""
    return torch.empty(*shape, dtype=dtype)


PACKAGE = {
    "CompileContext": CompileContext,
    "Runtime": Runtime,
    "AsyncRuntime": Runtime,
    "RBLNCompiledModel": RBLNCompiledModel,
    "compile": compile,
    "get_npu_name": get_npu_name,
    "manual_seed": manual_seed,
    "capture_reports": capture_reports,
}
