"""Quantisation to int8 in plain torch, float32 inside."""

import torch


def quant(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """q (..., N) int8 and scale (..., 1) float32 of the rows of ``x`` (..., N), any float dtype."""
    if not x.is_floating_point():
        raise TypeError(f"x: got {x.dtype}, want a floating point dtype")
    wide = x.float()
    scale = wide.abs().amax(-1, keepdim=True).clamp(min=1e-10) / 127
    return (wide / scale).round().clamp(-127, 127).to(torch.int8), scale
