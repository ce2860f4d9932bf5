"""Tensors made and brought into other shapes. All of it is A."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from conformance.vendors.rebel.values.dtypes import DType
from conformance.vendors.rebel.values.tensor import Tensor, data_of


def zeros(shape: Sequence[int], dtype: DType) -> Tensor:
    """A tensor of zeros."""
    return Tensor(torch.zeros(tuple(shape), dtype=dtype.torch))


def _shape(shape: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(shape[0]) if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape


def reshape(value: Tensor, *shape: Any) -> Tensor:
    """The elements in row-major order, in another shape."""
    return Tensor(data_of(value, "reshape").reshape(_shape(shape)))


def broadcast_to(value: Tensor, *shape: Any) -> Tensor:
    """Axes of length 1 repeated."""
    return Tensor(data_of(value, "broadcast_to").expand(_shape(shape)))


def broadcast(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Both tensors in the shape that they have together."""
    first, second = torch.broadcast_tensors(data_of(one, "broadcast"), data_of(other, "broadcast"))
    return Tensor(first), Tensor(second)


def expand_dims(value: Tensor, axis: int) -> Tensor:
    """An axis of length 1 before ``axis``."""
    return Tensor(data_of(value, "expand_dims").unsqueeze(axis))


def permute(value: Tensor, *axes: Any) -> Tensor:
    """The axes in another order."""
    return Tensor(data_of(value, "permute").permute(_shape(axes)))


def trans(value: Tensor, *axes: Any) -> Tensor:
    """The axes in another order; without ``axes`` the last two are swapped."""
    return permute(value, *axes) if axes else Tensor(data_of(value, "trans").transpose(-1, -2))
