"""What loading a subject comes to, when it is more than a function."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.catalogue.devices import Device


@dataclass(frozen=True)
class Loaded:
    """A callable that takes the arguments of a contract in order, and how it has to be asked.

    A loader (see ``Release.load``) returns one of these when a bare function would not say enough.
    """

    function: Callable[..., Any]
    origin: str
    """Where the code lies."""
    device: Device | None = None
    """Where it runs, if not on the device that was asked for."""
    execution: str = ""
    """``emulated`` or ``device``, printed on every line of a report about it."""
    sources: Path | None = None
    """The folder of the release's unpacked files, if it has one."""
    stood_in: tuple[str, ...] = ()
    """Full names of what something else stands for, because the release alone does not have it."""


def origin_of(function: Callable[..., Any]) -> str:
    """``FILE:LINE`` of a callable, or what it prints as."""
    forward = getattr(getattr(function, "__self__", None), "forward", None)
    code = getattr(inspect.unwrap(forward or function), "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else repr(function)
