"""Launch arguments, made into what the kernel computes with."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import torch
import triton
import triton.language as tl

from conformance.lockstep.launch.descriptors import host_descriptor
from conformance.lockstep.launch.host import Host
from conformance.lockstep.memory.regions import nowhere
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.interned import InternedType, interned
from conformance.lockstep.values.numpy_types import NUMPY_TYPES
from conformance.lockstep.values.tensor import Tensor, make_tensor
from conformance.torch_storages import address_of
from conformance.triton_internals import TensorDescriptor, parameters, specialised_parameters

_ELEMENTS = {
    torch.bool: tl.int1,
    torch.uint8: tl.uint8,
    torch.int8: tl.int8,
    torch.int16: tl.int16,
    torch.int32: tl.int32,
    torch.int64: tl.int64,
    torch.uint16: tl.uint16,
    torch.uint32: tl.uint32,
    torch.uint64: tl.uint64,
    torch.float16: tl.float16,
    torch.bfloat16: tl.bfloat16,
    torch.float32: tl.float32,
    torch.float64: tl.float64,
    torch.float8_e5m2: tl.float8e5,
    torch.float8_e4m3fn: tl.float8e4nv,
    torch.float8_e4m3fnuz: tl.float8e4b8,
    torch.float8_e5m2fnuz: tl.float8e5b16,
}
_ELEMENT_NAMES = {str(dtype).split(".")[-1]: element for dtype, element in _ELEMENTS.items()}
_ELEMENT_NAMES |= {element.name: element for element in _ELEMENTS.values()}
_ANNOTATED = {
    "i1": tl.int1,
    "u1": tl.int1,
    "i8": tl.int8,
    "i16": tl.int16,
    "i32": tl.int32,
    "i64": tl.int64,
    "u8": tl.uint8,
    "u16": tl.uint16,
    "u32": tl.uint32,
    "u64": tl.uint64,
    "fp16": tl.float16,
    "bf16": tl.bfloat16,
    "fp32": tl.float32,
    "f32": tl.float32,
    "fp64": tl.float64,
}


def convert(host: Host, name: str, value: Any, annotation: str = "") -> Any:
    """A launch argument as the kernel sees it: an i32, i64 or u64, an fp32, a pointer.

    ``annotation`` is the parameter's type, if it has one. Raises ``TypeError`` for what a launch
    does not take.
    """
    if isinstance(value, torch.Tensor):
        return _pointer(host, name, value, _element(name, value.dtype))
    if isinstance(value, bool | int | float | np.integer | np.floating):
        return _scalar(name, value, annotation)
    if isinstance(value, tuple):
        converted = [convert(host, f"{name}[{place}]", each) for place, each in enumerate(value)]
        return type(value)(*converted) if hasattr(value, "_fields") else tuple(converted)
    if isinstance(value, TensorDescriptor):
        return host_descriptor(SEMANTIC, convert(host, name, value.base), value)
    if hasattr(value, "data_ptr"):
        return _duck(host, name, value)
    if value is None or isinstance(value, tl.constexpr | tl.dtype | str) or hasattr(value, "fn"):
        return value.value if isinstance(value, tl.constexpr) else value
    raise TypeError(f"argument {name!r}: cannot pass {type(value).__name__} to a kernel")


def _element(name: str, dtype: Any) -> tl.dtype:
    """What a pointer leads to. ``dtype`` is a dtype of torch or Triton, or the name of one."""
    element = _ELEMENT_NAMES.get(str(dtype).split(".")[-1])
    if element is None and isinstance(dtype, tl.dtype) and not dtype.is_void():
        element = dtype
    if element is None:
        raise TypeError(f"argument {name!r}: Triton has no pointers to {dtype}")
    return element


def _duck(host: Host, name: str, value: Any) -> Tensor:
    """A pointer for an object that has ``data_ptr()`` and ``dtype``, as Triton takes them."""
    if not hasattr(value, "dtype"):
        raise TypeError(
            f"argument {name!r}: {type(value).__name__} has data_ptr() and no dtype, "
            "so there is no telling what the pointer leads to"
        )
    element, address = _element(name, value.dtype), value.data_ptr()
    base = getattr(value, "base", None)
    while isinstance(base, triton.TensorWrapper):
        base = base.base
    if isinstance(base, torch.Tensor) and base.data_ptr() == address:
        return _pointer(host, name, base, element)
    tensor = host.tensor_at(address)
    if tensor is not None:
        return _pointer(host, name, tensor, element, address)
    known = _pointer_type(element)
    return Tensor.of(Handle(np.array([address], np.uint64), known.scalar, nowhere(name)), known)


def _pointer(
    host: Host, name: str, tensor: torch.Tensor, element: tl.dtype, address: int | None = None
) -> Tensor:
    """A pointer to ``tensor``: to its first element, or to an ``address`` of this process in it."""
    region = host.region(name, tensor)
    start = region.storage.base + region.start
    if address is not None:
        start += address - address_of(tensor.untyped_storage()) - region.start
    known = _pointer_type(element)
    return Tensor.of(Handle(np.array([start], np.uint64), known.scalar, region), known)


@cache
def _pointer_type(element: tl.dtype) -> InternedType:
    return interned(tl.pointer_type(element))


def _scalar(name: str, value: Any, annotation: str) -> Tensor:
    if annotation:
        dtype = _ANNOTATED[annotation]
    elif isinstance(value, bool):
        dtype = tl.int1
    elif isinstance(value, float | np.floating):
        dtype = tl.float32
    else:
        dtype = tl.int32 if -(2**31) <= value < 2**31 else tl.int64 if value < 2**63 else tl.uint64
    if dtype.name == "bf16":
        return make_tensor(round_to_bfloat16(np.array([value], np.float32)), dtype)
    return make_tensor(np.array([value]).astype(NUMPY_TYPES[dtype.name]), dtype)


#: By identity, since hashing a kernel walks its sources; the kernel is kept with it.
_specialised: dict[int, tuple[Any, frozenset[str]]] = {}


def _fixed_if_one(kernel: Any) -> frozenset[str]:
    known = _specialised.get(id(kernel))
    if known is None:
        known = _specialised[id(kernel)] = kernel, specialised_parameters(kernel)
    return known[1]


def kernel_arguments(kernel: Any, bound: dict[str, Any], host: Host) -> dict[str, Any]:
    """All arguments as the kernel sees them; constexpr ones stay plain values.

    An int of 1 is one of these, unless the kernel was declared not to be specialised for it.
    """
    result = {}
    fixed = _fixed_if_one(kernel)
    for name, is_constexpr, annotation in parameters(kernel):
        value = bound[name]
        if is_constexpr or (type(value) is int and value == 1 and name in fixed):
            result[name] = value.value if isinstance(value, tl.constexpr) else value
        else:
            result[name] = convert(host, name, value, annotation)
    return result
