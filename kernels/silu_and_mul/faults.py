"""Faults to plant: wrong gated activations."""

import torch

from ..fault import Fault
from .torch_silu_and_mul import silu_and_mul


def _halves_swapped(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    return silu_and_mul(up, gate)


def _exponential_overflows(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    silu_and_mul(gate, up)
    wide = gate.float()
    return (wide * wide.exp() / (1 + wide.exp()) * up.float()).to(gate.dtype)


def _tail_not_written(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    right = silu_and_mul(gate, up)
    full = gate.shape[-1] // 64 * 64 or gate.shape[-1]
    written = torch.empty_like(right)
    written[..., :full] = right[..., :full]
    return written


FAULTS = (
    Fault("halves-swapped", "up is activated and gate is not.", "values", _halves_swapped),
    Fault(
        "exponential-overflows",
        "sigmoid is exp(x) / (1 + exp(x)).",
        "special",
        _exponential_overflows,
    ),
    Fault(
        "tail-not-written",
        "Columns behind the last full block of 64 stay.",
        "sizes",
        _tail_not_written,
    ),
)
