"""How the right value of an argument is turned into a wrong one."""

from collections.abc import Callable
from typing import Any

import torch

from conformance.case import Case
from conformance.contract import Expression
from conformance.events.verdict import NotSupported
from conformance.tensors.dtypes import torch_dtype

Change = Callable[[Any, Case], Any]
"""From the right value of an argument in a case to a wrong one."""

FARTHEST = 4096
"""How far from the right size one is looked for that breaks a constraint."""


def constant(value: Any) -> Change:
    """Another value, whatever the right one is."""
    return lambda right, case: value


def as_float(value: int, case: Case) -> float:
    """The same number as a float."""
    return float(value)


def ranked_higher(tensor: torch.Tensor, case: Case) -> torch.Tensor:
    """One dimension more."""
    return tensor[None].clone()


def ranked_lower(tensor: torch.Tensor, case: Case) -> torch.Tensor:
    """One dimension less."""
    return tensor[0].clone()


def as_integers(dtype: str, *, scaled: bool) -> Change:
    """The numbers as integers; ``scaled`` ones are three times as large, then rounded."""

    def change(tensor: torch.Tensor, case: Case) -> torch.Tensor:
        # What an index dtype cannot hold has no right answer in the first place.
        numbers = (tensor.double() * 3).round() if scaled and dtype == "int32" else tensor
        return numbers.to(torch_dtype(dtype))

    return change


def as_dtype(name: str) -> Change:
    """The numbers in another dtype."""
    return lambda tensor, case: tensor.to(torch_dtype(name))


def longer(axis: int, by: int) -> Change:
    """Longer (or, with ``by`` below zero, shorter) along an axis."""

    def change(tensor: torch.Tensor, case: Case) -> torch.Tensor:
        if by < 0:
            return tensor.narrow(axis, 0, tensor.shape[axis] + by).clone()
        return torch.cat([tensor, tensor.narrow(axis, 0, by)], axis)

    return change


def breaking(axis: str, constraint: Expression) -> Change:
    """The size nearest to the right one that breaks a constraint, larger ones first.

    Raises :class:`NotSupported` if none is near.
    """

    def change(value: int, case: Case) -> int:
        for distance in range(1, FARTHEST):
            for size in (value + distance, value - distance):
                if size > 0 and not constraint.holds({**case.axes, axis: size}):
                    return size
        raise NotSupported(f"no size of {axis} near {value} breaks {constraint.text}")

    return change
