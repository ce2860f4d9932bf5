"""`torch.rbln`, which the distribution torch-rbln adds to torch: here it has no device."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import torch

from conformance.vendors.rebel.engine.compiler.context import nothing


def install() -> None:
    """Make `torch.rbln` importable. Raises RuntimeError if torch-rbln is there."""
    if hasattr(torch, "rbln"):
        raise RuntimeError("torch-rbln is installed, but the compiler rebel is not")
    module = ModuleType("torch.rbln", "Emulated; see conformance.vendors.rebel.engine.")
    module.__dict__.update(
        is_available=lambda: False,
        device_count=lambda: 1,
        # What the plugin calls a device that only compiles.
        is_dummy_device=lambda: True,
        empty_cache=nothing,
        release_offload_temp_storage=lambda: 0,
        offload=_offload,
    )
    sys.modules["torch.rbln"] = module
    torch.__dict__["rbln"] = module
    # Without an accelerator torch raises, and vLLM calls them whenever an engine ends.
    for name in ("empty_cache", "empty_host_cache"):
        torch.accelerator.__dict__[name] = nothing


@contextmanager
def _offload(*arguments: Any, **named: Any) -> Iterator[None]:
    yield
