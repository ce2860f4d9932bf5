"""Which implementation runs on which device."""

import torch

from ...devices import implementation_for, wants_triton
from ..implementations.calls import Paged, Window
from ..implementations.signatures import functions
from ..implementations.torch_attention import paged_torch, window_torch

__all__ = ["OPERATORS", "implementation_for"]


def _paged(call: Paged) -> torch.Tensor:
    if wants_triton(call.query):
        # Imported on use, so that machines without Triton can attend on the CPU.
        from ..implementations.triton_paged import paged_triton

        return paged_triton(call)
    return paged_torch(call)


def _window(call: Window) -> torch.Tensor:
    if wants_triton(call.query):
        from ..implementations.triton_window import window_triton

        return window_triton(call)
    return window_torch(call)


OPERATORS = functions(_paged, _window)
"""Function of each operator, for tensors on any device."""
