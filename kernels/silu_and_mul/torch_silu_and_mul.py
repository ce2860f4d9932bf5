"""The gated activation in plain torch, float32 inside."""

import torch


def silu_and_mul(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """``gate * sigmoid(gate) * up`` of two tensors of one shape and float dtype, in that dtype."""
    if gate.shape != up.shape:
        raise ValueError(f"up: got shape {tuple(up.shape)}, want {tuple(gate.shape)}")
    if gate.dtype != up.dtype or not gate.is_floating_point():
        raise TypeError(f"got {gate.dtype} and {up.dtype}, want one floating point dtype")
    wide = gate.float()
    return (wide * wide.sigmoid() * up.float()).to(gate.dtype)
