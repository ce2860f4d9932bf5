"""Element types of the language, and how the compiler writes them in messages."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class DType:
    """An element type. ``name`` is Triton's, ``torch`` the type that carries it."""

    name: str
    torch: torch.dtype

    def __str__(self) -> str:
        return self.name


int1 = DType("int1", torch.bool)
int8 = DType("int8", torch.int8)
int16 = DType("int16", torch.int16)
int32 = DType("int32", torch.int32)
int64 = DType("int64", torch.int64)
float16 = DType("fp16", torch.float16)
bfloat16 = DType("bf16", torch.bfloat16)
float32 = DType("fp32", torch.float32)
float64 = DType("fp64", torch.float64)

ALL = (int1, int8, int16, int32, int64, float16, bfloat16, float32, float64)
_BY_TORCH = {dtype.torch: dtype for dtype in ALL}
_MLIR = {
    torch.bool: "i1",
    torch.int8: "i8",
    torch.int16: "i16",
    torch.int32: "i32",
    torch.int64: "i64",
    torch.uint8: "ui8",
    torch.float16: "f16",
    torch.bfloat16: "bf16",
    torch.float32: "f32",
    torch.float64: "f64",
}


def dtype_of(tensor: torch.Tensor) -> DType:
    """The language's type of a torch tensor's elements. Raises TypeError if it has none."""
    try:
        return _BY_TORCH[tensor.dtype]
    except KeyError:
        raise TypeError(f"the language has no element type for {tensor.dtype}") from None


def mlir_name(dtype: torch.dtype) -> str:
    """The type as the compiler's messages write it: ``i64``, ``f32``."""
    return _MLIR.get(dtype, str(dtype))
