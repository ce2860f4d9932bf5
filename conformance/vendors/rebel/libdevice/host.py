"""What wrappers call on the host, outside kernels."""

from __future__ import annotations

from typing import Any

import torch

from conformance.vendors.rebel.launch.kernels import Kernel


def align_tensor_last_dim_to_64(tensor: torch.Tensor) -> torch.Tensor:
    """On the host: ``tensor`` with its last axis padded by zeros to a multiple of 64. B.

    A tensor that needs none is returned itself (C: it may be a copy).
    """
    missing = -tensor.shape[-1] % 64
    return torch.nn.functional.pad(tensor, (0, missing)) if missing else tensor


def write_rtosa(kernel: Any, args: Any) -> None:
    """On the host: keep what was compiled. C. Here nothing was compiled and nothing is written."""
    if not isinstance(kernel, Kernel):
        raise TypeError(f"write_rtosa: want what warmup returned, got {type(kernel).__name__}")
