"""The calls without a right answer that a contract implies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from conformance.case import Case
from conformance.contract import Contract, Expression, Role, SizeArgument, TensorArgument
from conformance.tensors.dtypes import torch_dtype

Change = Callable[[Any, Case], Any]
"""From the right value of an argument to a wrong one."""


@dataclass(frozen=True)
class Wrong:
    """One way to call an operator wrongly: which argument, by what, and what is owed.

    ``may_answer`` is true where an answer that is right for the values given is no harm.
    """

    id: str
    position: int
    change: Change
    wanted: str
    may_answer: bool = False


def wrong_calls(contract: Contract) -> Iterator[Wrong]:
    """Every wrong call that the contract implies."""
    for position, argument in enumerate(contract.arguments):
        if isinstance(argument, SizeArgument):
            yield from _wrong_sizes(contract, position, argument)
        else:
            yield from _wrong_tensors(contract, position, argument)


def _wrong_sizes(contract: Contract, position: int, argument: SizeArgument) -> Iterator[Wrong]:
    name, axis = argument.name, contract.axis(argument.axis)
    for size in (axis.least - 1, axis.least - 2):
        yield Wrong(f"{name}={size}", position, _constant(size), f"{name} >= {axis.least}")
    for constraint in contract.constraints:
        if axis.name in constraint.names():
            word = constraint.text.replace(" ", "")
            change = _breaking(axis.name, constraint)
            yield Wrong(f"{name}-breaks-{word}", position, change, constraint.text)
    yield Wrong(f"{name}-float", position, _as_float, f"{name} is an int")


def _wrong_tensors(contract: Contract, position: int, argument: TensorArgument) -> Iterator[Wrong]:
    if argument.role is not Role.PLACEHOLDER:
        yield from _wrong_shapes(contract, position, argument)
        yield from _wrong_dtypes(contract, position, argument)


def _wrong_shapes(contract: Contract, position: int, argument: TensorArgument) -> Iterator[Wrong]:
    name, rank = argument.name, len(argument.axes)
    names = {axis.name for axis in contract.axes}
    for place, axis in enumerate(argument.axes):
        if isinstance(axis, int):
            if argument.flexible:
                continue
            wanted = f"{name} of length {axis} along axis {place}"
            yield Wrong(f"{name}-axis{place}+1", position, _longer(place, 1), wanted)
            continue
        if axis not in names or axis in argument.flexible:
            continue
        sharing = [a for a in contract.tensors if axis in a.axes and a is not argument]
        # Of two arguments with the axis the larger one says how long it is.
        if sharing and rank <= min(len(a.axes) for a in sharing):
            for by in (-1, 1):
                wanted = f"{name} of length {axis}"
                yield Wrong(f"{name}-{axis}{by:+d}", position, _longer(place, by), wanted)
    wanted = f"{name} of rank {rank}"
    # A factor in a list of its own multiplies just the same.
    harmless = argument.role is Role.SCALE
    yield Wrong(f"{name}-rank-{rank + 1}", position, _ranked_higher, wanted, may_answer=harmless)
    if rank:
        yield Wrong(f"{name}-rank-{rank - 1}", position, _ranked_lower, wanted)


def _wrong_dtypes(contract: Contract, position: int, argument: TensorArgument) -> Iterator[Wrong]:
    name = argument.name
    if argument.role is Role.STATE:
        return
    wanted = f"{name} of dtype {', '.join(argument.dtypes)}"
    # What is returned in the argument's own dtype has no answer in one that is not allowed.
    may_answer = all(output.dtype != name for output in contract.outputs)
    other = "int64" if "int32" in argument.dtypes else "int32"
    change: Change = _as_int64 if other == "int64" else _as_int32
    yield Wrong(f"{name}-{other}", position, change, wanted, may_answer)
    if leader := argument.same_dtype:
        unlike = f"{name} of the dtype of {leader}"
        change = _as_dtype(argument.dtypes[-1])
        yield Wrong(f"{name}-unlike-{leader}", position, change, unlike, may_answer=True)


def _constant(size: int) -> Change:
    return lambda value, case: size


def _as_float(value: int, case: Case) -> float:
    return float(value)


def _ranked_higher(tensor: torch.Tensor, case: Case) -> torch.Tensor:
    return tensor[None].clone()


def _ranked_lower(tensor: torch.Tensor, case: Case) -> torch.Tensor:
    return tensor[0].clone()


def _as_int32(tensor: torch.Tensor, case: Case) -> torch.Tensor:
    return (tensor * 3).round().to(torch.int32)


def _as_int64(tensor: torch.Tensor, case: Case) -> torch.Tensor:
    return tensor.to(torch.int64)


def _as_dtype(name: str) -> Change:
    return lambda tensor, case: tensor.to(torch_dtype(name))


def _longer(axis: int, by: int) -> Change:
    def change(tensor: torch.Tensor, case: Case) -> torch.Tensor:
        if by < 0:
            return tensor.narrow(axis, 0, tensor.shape[axis] + by).clone()
        return torch.cat([tensor, tensor.narrow(axis, 0, by)], axis)

    return change


def _breaking(axis: str, constraint: Expression) -> Change:
    def change(value: int, case: Case) -> int:
        size = value
        while constraint.holds({**case.axes, axis: size}):
            size += 1
        return size

    return change
