"""Torch dtypes by the names that cases use."""

import torch

_BITS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def torch_dtype(name: str) -> torch.dtype:
    """The dtype called ``name``. Raises ``ValueError`` for a name that torch does not have."""
    dtype = getattr(torch, name, None)
    if not isinstance(dtype, torch.dtype):
        raise ValueError(f"torch has no dtype {name!r}")
    return dtype


def bits_of(dtype: torch.dtype) -> torch.dtype:
    """The signed integer dtype of the same width, to look at bits."""
    return _BITS[dtype.itemsize]


def ulp_steps(center: float, steps: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The numbers that lie ``steps`` (int64) ulps above ``center`` > 0 in ``dtype``."""
    start = torch.tensor(center, dtype=dtype).view(bits_of(dtype))
    return (start + steps).to(bits_of(dtype)).view(dtype)


def nan(dtype: torch.dtype, *, negative: bool) -> torch.Tensor:
    """A 0-d quiet NaN with the wanted sign bit (casts would drop it)."""
    value = torch.tensor(float("nan"), dtype=dtype)
    bits = value.view(bits_of(dtype))
    sign = torch.iinfo(bits.dtype).min
    return ((bits & ~sign) | (sign if negative else 0)).to(bits.dtype).view(dtype)
