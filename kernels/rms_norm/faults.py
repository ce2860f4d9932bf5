"""Faults to plant: wrong normalisations, each with the check that must find it."""

import torch

from ..fault import Fault
from .torch_rms_norm import rms_norm


def _eps_outside(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    rms_norm(x, weight, eps)
    wide = x.float()
    root = wide.square().mean(-1, keepdim=True).sqrt() + eps
    return (wide / root * weight.float()).to(x.dtype)


def _weight_offset(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    return rms_norm(x, weight + 1, eps)


def _tail_left_out(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    rms_norm(x, weight, eps)
    wide = x.float()
    full = x.shape[-1] // 64 * 64 or x.shape[-1]
    mean = wide[..., :full].square().sum(-1, keepdim=True) / x.shape[-1]
    return (wide * (mean + eps).rsqrt() * weight.float()).to(x.dtype)


FAULTS = (
    Fault("eps-outside-the-root", "eps is added to the root itself.", "variants", _eps_outside),
    Fault(
        "weight-plus-one",
        "The weight is taken for Gemma's, 1 less.",
        "values",
        _weight_offset,
    ),
    Fault("tail-left-out", "Columns behind the last full 64 are lost.", "sizes", _tail_left_out),
)
