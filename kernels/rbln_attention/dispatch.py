"""Which implementation runs on which device."""

import sys

import torch

from .calls import Paged, Window
from .signatures import functions
from .torch_attention import paged_torch, window_torch

# Device types that Triton compiles for; torch calls ROCm devices "cuda" too.
TRITON_DEVICES = frozenset({"cuda", "xpu"})


def implementation_for(device: torch.device | str) -> str:
    """Name of the implementation for tensors on `device`: "triton" or "torch".

    The CPU has Triton while a session of `conformance.lockstep` is open.
    """
    kind = torch.device(device).type
    return "triton" if kind in TRITON_DEVICES or (kind == "cpu" and _in_lockstep()) else "torch"


def _in_lockstep() -> bool:
    # Lockstep stands in for the launch of jitted functions. Triton is not imported to ask: where
    # nobody has, there is no session.
    jit = sys.modules.get("triton.runtime.jit")
    return jit is not None and jit.JITFunction.run.__module__.startswith("conformance.lockstep.")


def _paged(call: Paged) -> torch.Tensor:
    if _wants_triton(call.query):
        # Imported on use, so that machines without Triton can attend on the CPU.
        from .triton_paged import paged_triton

        return paged_triton(call)
    return paged_torch(call)


def _window(call: Window) -> torch.Tensor:
    if _wants_triton(call.query):
        from .triton_window import window_triton

        return window_triton(call)
    return window_torch(call)


def _wants_triton(query: object) -> bool:
    return isinstance(query, torch.Tensor) and implementation_for(query.device) == "triton"


OPERATORS = functions(_paged, _window)
"""Function of each operator, for tensors on any device."""
