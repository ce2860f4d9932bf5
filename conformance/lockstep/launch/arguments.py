"""Launch arguments: bound to parameters, brought to the host, made into tensors."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from conformance.lockstep.memory.regions import Region, Storage, region_of
from conformance.lockstep.operations.builder import SEMANTIC
from conformance.lockstep.operations.descriptors import host_descriptor
from conformance.lockstep.values.bfloat16 import round_to_bfloat16
from conformance.lockstep.values.tensor import Handle, Tensor, make_tensor
from conformance.lockstep.values.types import NUMPY_TYPES, Kind, kind_of
from conformance.memory.undefined import Undefined
from conformance.triton_internals import (
    TensorDescriptor,
    TensorWrapper,
    constexpr,
    launch_options,
    parameters,
    tl,
)

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


#: By identity, since hashing a jitted function walks its sources; the function is kept with it.
_signatures: dict[int, tuple[Any, inspect.Signature, frozenset[str]]] = {}


def _signature(function: Any) -> tuple[inspect.Signature, frozenset[str]]:
    known = _signatures.get(id(function))
    if known is None:
        names = frozenset(name for name, _, _ in parameters(function))
        known = _signatures[id(function)] = function, inspect.signature(function.fn), names
    return known[1:]


def bind(function: Any, arguments: tuple, keywords: dict[str, Any]) -> dict[str, Any]:
    """Values by parameter name.

    Raises ``TypeError`` for keywords that are neither parameters nor launch options.
    """
    signature, names = _signature(function)
    options = launch_options()
    unknown = [name for name in keywords if name not in names and name not in options]
    if unknown:
        names_unknown = ", ".join(sorted(unknown))
        raise TypeError(
            f"{function.fn.__name__}() got unexpected keyword arguments: {names_unknown}"
        )
    bound = signature.bind(
        *arguments, **{name: value for name, value in keywords.items() if name in names}
    )
    bound.apply_defaults()
    return dict(bound.arguments)


class Host:
    """The storages of one launch in the memory of this process.

    ``return_to_devices`` copies others back.
    """

    def __init__(self, undefined: Undefined | None):
        self._undefined = undefined
        self._storages: dict[int, tuple[Storage, Any, Any]] = {}
        self.regions: list[Region] = []

    def region(self, name: str, tensor: torch.Tensor) -> Region:
        """The region of ``tensor``; tensors on devices are copied first."""
        original = tensor.untyped_storage()
        known = self._storages.get(original.data_ptr()) if original.nbytes() else None
        if known is None:
            host = original if tensor.device.type == "cpu" else self._copied(original)
            shadow = self._undefined.shadow(tensor) if self._undefined is not None else None
            known = Storage(host.data_ptr(), host.nbytes(), shadow), original, host
            self._storages[
                original.data_ptr() if original.nbytes() else -1 - len(self._storages)
            ] = known
        size = tensor.element_size()
        low = int(tensor.storage_offset()) * size
        region = region_of(name, known[0], low, tuple(tensor.shape), tensor.stride(), size)
        self.regions.append(region)
        return region

    @staticmethod
    def _copied(storage: Any) -> Any:
        with _disable_current_modes():
            return storage.cpu()

    def return_to_devices(self) -> None:
        """Copy what the launch did to the devices that tensors came from."""
        with _disable_current_modes():
            for _, original, host in self._storages.values():
                if original is not host:
                    original.copy_(host)


def convert(host: Host, name: str, value: Any, annotation: str = "") -> Any:
    """A launch argument as the kernel sees it: integers i32 or i64, floats fp32, tensors pointers.

    Raises ``TypeError`` for what a launch does not take.
    """
    if isinstance(value, TensorWrapper):
        return _pointer(host, name, value.base, value.dtype)
    if isinstance(value, torch.Tensor):
        if value.dtype not in _ELEMENTS:
            raise TypeError(f"argument {name!r}: Triton has no pointers to {value.dtype}")
        return _pointer(host, name, value, _ELEMENTS[value.dtype])
    if isinstance(value, bool | int | float | np.integer | np.floating):
        return _scalar(name, value, annotation)
    if isinstance(value, tuple):
        converted = [convert(host, f"{name}[{place}]", each) for place, each in enumerate(value)]
        return type(value)(*converted) if hasattr(value, "_fields") else tuple(converted)
    if isinstance(value, TensorDescriptor):
        return host_descriptor(SEMANTIC, convert(host, name, value.base), value)
    if value is None or isinstance(value, constexpr | tl.dtype | str) or hasattr(value, "fn"):
        return value.value if isinstance(value, constexpr) else value
    raise TypeError(f"argument {name!r}: cannot pass {type(value).__name__} to a kernel")


def _pointer(host: Host, name: str, tensor: torch.Tensor, element: tl.dtype) -> Tensor:
    region = host.region(name, tensor)
    address = np.array([region.storage.base + region.low], np.uint64)
    kind = _pointer_kind(element)
    return Tensor.of_kind(Handle(address, kind.scalar, region), kind)


@cache
def _pointer_kind(element: tl.dtype) -> Kind:
    return kind_of(tl.pointer_type(element))


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


def kernel_arguments(function: Any, bound: dict[str, Any], host: Host) -> dict[str, Any]:
    """All arguments as the kernel sees them; constexpr ones stay plain values."""
    result = {}
    for name, is_constexpr, annotation in parameters(function):
        value = bound[name]
        if is_constexpr:
            result[name] = value.value if isinstance(value, constexpr) else value
        else:
            result[name] = convert(host, name, value, annotation)
    return result
