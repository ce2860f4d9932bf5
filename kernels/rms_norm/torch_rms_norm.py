"""RMS normalisation in plain torch, float32 inside."""

import torch


def rms_norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    """Each row of ``x`` (..., N) over its root mean square, times ``weight`` (N,), in x's dtype."""
    if weight.shape != x.shape[-1:]:
        raise ValueError(f"weight: got shape {tuple(weight.shape)}, want ({x.shape[-1]},)")
    for name, tensor in (("x", x), ("weight", weight)):
        if not tensor.is_floating_point():
            raise TypeError(f"{name}: got {tensor.dtype}, want a floating point dtype")
    wide = x.float()
    scale = (wide.square().mean(-1, keepdim=True) + eps).rsqrt()
    return (wide * scale * weight.float()).to(x.dtype)
