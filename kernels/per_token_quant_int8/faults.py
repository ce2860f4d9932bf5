"""Faults to plant: wrong quantisations."""

import torch

from ..fault import Fault
from .torch_quant import quant

Quantised = tuple[torch.Tensor, torch.Tensor]


def _truncated(x: torch.Tensor) -> Quantised:
    _, scale = quant(x)
    return (x.float() / scale).trunc().to(torch.int8), scale


def _scale_of_the_tensor(x: torch.Tensor) -> Quantised:
    q, scale = quant(x)
    if not x.numel():
        return q, scale
    scale = scale.amax().expand(scale.shape).contiguous()
    return (x.float() / scale).round().to(torch.int8), scale


def _absmax_without_abs(x: torch.Tensor) -> Quantised:
    quant(x)
    scale = x.float().amax(-1, keepdim=True).clamp(min=1e-10) / 127
    return (x.float() / scale).round().clamp(-128, 127).to(torch.int8), scale


FAULTS = (
    Fault("truncated", "Numbers are cut off towards zero, not rounded.", "values", _truncated),
    Fault(
        "scale-of-the-tensor",
        "All rows share the largest row's scale.",
        "values",
        _scale_of_the_tensor,
    ),
    Fault(
        "absmax-without-abs",
        "The scale is that of the largest number.",
        "values",
        _absmax_without_abs,
    ),
)
