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


def same_bits(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether two tensors of one shape and dtype hold the same bits, whatever their strides."""
    bits = bits_of(a.dtype)
    return torch.equal(
        a.clone(memory_format=torch.contiguous_format).view(bits),
        b.clone(memory_format=torch.contiguous_format).view(bits),
    )


def ulp_steps(center: float, steps: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """The numbers that lie ``steps`` (int64) ulps above ``center`` > 0 in ``dtype``."""
    start = torch.tensor(center, dtype=dtype).view(bits_of(dtype))
    return (start + steps).to(bits_of(dtype)).view(dtype)


def put_nan(tensor: torch.Tensor, where: torch.Tensor, *, negative: bool) -> None:
    """Write quiet NaN with the wanted sign bit into the elements of ``tensor`` that are chosen.

    Through the bits: a conversion would drop the sign.
    """
    bits = bits_of(tensor.dtype)
    positive = torch.full((1,), float("nan"), dtype=tensor.dtype).view(bits)
    sign = torch.iinfo(bits).min
    tensor.view(bits)[where] = int(positive | sign if negative else positive & ~sign)


def dtype_name(dtype: torch.dtype) -> str:
    """The name of a dtype as cases use it."""
    return str(dtype).removeprefix("torch.")


def fill_bytes(tensor: torch.Tensor, byte: int) -> None:
    """Make every byte of a tensor's elements ``byte`` (0 … 255), whatever its strides."""
    bits = bits_of(tensor.dtype)
    pattern = int.from_bytes(bytes([byte]) * tensor.element_size(), "little", signed=True)
    tensor.view(bits).fill_(pattern)
