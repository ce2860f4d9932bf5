"""Contents of float tensors that no selection depends on, by name."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from conformance.tensors.dtypes import put_nan


@dataclass(frozen=True)
class Draw:
    """What a pattern may look at: the tensor to fill, randomness, and how many are selected.

    ``count`` is the K of a selection along the last axis, None for other tensors.
    """

    shape: tuple[int, ...]
    dtype: torch.dtype
    generator: torch.Generator
    count: int | None = None

    def normal(self) -> torch.Tensor:
        """Standard normal numbers, float32."""
        return torch.randn(self.shape, generator=self.generator)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> torch.Tensor:
        return torch.rand(self.shape, generator=self.generator) * (high - low) + low

    def permutations(self) -> torch.Tensor:
        """Ranks 0 … n-1 along the last axis, shuffled independently in every row (int64)."""
        return torch.rand(self.shape, generator=self.generator).argsort(-1)

    def some(self, part: float) -> torch.Tensor:
        """A bool tensor that is true for about ``part`` of the elements, at least for one."""
        chosen = self.uniform() < part
        if chosen.numel() and not chosen.any():
            chosen.view(-1)[0] = True
        return chosen


Pattern = Callable[[Draw], torch.Tensor]


def _signed(draw: Draw) -> torch.Tensor:
    sign = torch.where(draw.uniform() < 0.5, -1.0, 1.0)
    return draw.uniform(0.5, 2.0) * sign


def _some(value: float, part: float = 0.5) -> Pattern:
    def make(draw: Draw) -> torch.Tensor:
        filled = torch.full(draw.shape, value, dtype=torch.float64)
        return torch.where(draw.some(part), filled, _signed(draw).double())

    return make


def _some_nan(draw: Draw) -> torch.Tensor:
    values = _signed(draw).to(draw.dtype)
    negative = bool(torch.randint(0, 2, (), generator=draw.generator))
    put_nan(values, draw.some(0.3), negative=negative)
    return values


def _huge(draw: Draw) -> torch.Tensor:
    return torch.sign(_signed(draw)).double() * torch.finfo(draw.dtype).max * 0.5


def _denormal(draw: Draw) -> torch.Tensor:
    smallest = torch.finfo(draw.dtype).smallest_normal
    return draw.uniform(-1.0, 1.0).double() * smallest


PATTERNS: dict[str, Pattern] = {
    "normal": Draw.normal,
    "signed": _signed,
    "positive": lambda draw: draw.uniform(0.5, 2.0),
    "negative": lambda draw: -draw.uniform(0.5, 2.0),
    "ones": lambda draw: torch.ones(draw.shape),
    "zeros": _some(0.0),
    "fraction": lambda draw: draw.uniform(1 / 16, 1 / 4),
    "large": lambda draw: _signed(draw) * 30,
    "large-negative": lambda draw: -draw.uniform(30.0, 60.0),
    "large-positive": lambda draw: draw.uniform(30.0, 60.0),
    "zero": lambda draw: torch.zeros(draw.shape),
    "huge": _huge,
    "infinite": _some(float("inf"), 0.3),
    "negative-infinite": _some(float("-inf"), 0.3),
    "nan": _some_nan,
    "denormal": _denormal,
}
