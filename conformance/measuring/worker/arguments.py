"""The arguments of a point, in several copies that take turns."""

from dataclasses import dataclass
from math import ceil, prod
from typing import Any

import torch

from conformance.case import Case
from conformance.contract import Contract, Measured, Role, TensorArgument, shape_of
from conformance.inputs.build import built_with
from conformance.inputs.scenes import scene_of
from conformance.inputs.values import make_values
from conformance.memory.guarded import Buffer
from conformance.tensors.dtypes import torch_dtype

MOST_SETS = 64
"""Copies of arguments at most."""
_CACHES = 2
"""How many times the cache all copies together take, so that none is found in it."""
_SHARE = 4
"""Copies take one part in so many of the memory that is free."""
_DRAWN_ON_HOST = 1 << 22
"""Elements of a tensor up to which its contents are those of the case; larger ones are drawn on the
device, where the usual contents are normal numbers."""


@dataclass(frozen=True)
class ArgumentSets:
    """Copies of the arguments of a call, in the order of the contract."""

    sets: tuple[tuple[Any, ...], ...]
    each_bytes: int
    """What one of them takes."""
    beyond_cache: bool
    """Whether all together are so large that none is found in the cache."""


def argument_sets(
    contract: Contract, case: Case, device: str, cache_bytes: int, free_bytes: int
) -> ArgumentSets:
    """As many copies as it takes to go beyond a cache, at least two if memory allows.

    Raises what building a case raises, and ``torch.OutOfMemoryError``.
    """
    first = arguments_of(contract, case, device)
    size = sum(t.numel() * t.itemsize for t in first if isinstance(t, torch.Tensor))
    wanted = ceil(_CACHES * cache_bytes / max(size, 1))
    room = max(1, free_bytes // _SHARE // max(size, 1))
    count = min(max(wanted, 2 if size <= _CACHES * cache_bytes else 1), MOST_SETS, room)
    copies = [first, *(_copy(first) for _ in range(count - 1))]
    return ArgumentSets(tuple(copies), size, count * size > cache_bytes and count >= wanted)


def arguments_of(contract: Contract, case: Case, device: str) -> tuple[Any, ...]:
    """The arguments of a case, without guards: what a caller passes."""
    scene = scene_of(contract, case)

    def buffer(argument: TensorArgument) -> Buffer:
        spec = case.tensors[argument.name]
        shape, dtype = shape_of(argument.axes, case.axes), torch_dtype(spec.dtype)
        if argument.is_passed_output:
            tensor = torch.zeros(shape, dtype=dtype, device=device)
        elif prod(shape) > _DRAWN_ON_HOST and spec.values == "normal" and dtype.is_floating_point:
            generator = torch.Generator(device).manual_seed(case.seed)
            tensor = torch.empty(shape, dtype=dtype, device=device).normal_(generator=generator)
        else:
            tensor = make_values(contract, case, argument.name, scene=scene).to(device)
        return Buffer(tensor, tensor)

    return built_with(contract, case, buffer).arguments


def moved(contract: Contract, case: Case, measured: Measured | None) -> tuple[int, int]:
    """Bytes that every implementation has to read, and that it has to write."""
    if measured is not None and measured.moved is not None:
        found = measured.moved(case.names())
        return int(found[0]), int(found[1])
    read = written = 0
    for argument in contract.tensors:
        spec = case.tensors[argument.name]
        if not spec.given:
            continue
        size = prod(shape_of(argument.axes, case.axes)) * torch_dtype(spec.dtype).itemsize
        read += 0 if argument.is_passed_output else size
        written += size if argument.role in (Role.OUTPUT, Role.STATE) else 0
    for output in contract.returned:
        shared = case.tensors.get(output.dtype)
        dtype = torch_dtype(shared.dtype if shared else output.dtype)
        written += prod(shape_of(output.axes, case.axes)) * dtype.itemsize
    return read, written


def _copy(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(a.clone() if isinstance(a, torch.Tensor) else a for a in arguments)
