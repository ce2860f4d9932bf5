"""A Triton kernel without a wrapper as a subject: kernel, grid and arguments."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from conformance.catalogue.objects import SubjectBroken
from conformance.contract import Contract, SizeArgument, TensorArgument, shape_of
from conformance.contract.shapes import depends_on_data, is_leading
from conformance.subjects.launch_mistakes import (
    UnknownName,
    check_launch,
    mistake_in_arguments,
    mistake_in_grid,
)
from conformance.tensors.dtypes import torch_dtype


class Names:
    """What a launch is made of, by name: arguments, sizes of axes, and outputs to write into.

    The size of leading axes is the product of their lengths. Asking for another name raises
    :class:`UnknownName`.
    """

    def __init__(self, contract: str, known: Mapping[str, Any]) -> None:
        self.__dict__.update(known)
        self._contract = contract

    def __getattr__(self, name: str) -> Any:
        known = sorted(key for key in self.__dict__ if key != "_contract")
        similar = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {similar[0]}?" if similar else f"there are {', '.join(known)}"
        raise UnknownName(f"{self._contract} has no {name!r}; {hint}")


@dataclass(frozen=True)
class Launch:
    """A kernel, its grid and its arguments: what a wrapper would do, as data.

    ``grid`` and ``arguments`` are called with the :class:`Names` of a call. ``grid`` returns what
    stands in brackets at a launch, ``arguments`` the kernel's arguments and launch options by name:

    >>> LAUNCH = Launch(
    ...     kernel=_scale,
    ...     grid=lambda s: (s.M,),
    ...     arguments=lambda s: {"x": s.x, "y": s.y, "n": s.N, "BLOCK": 1024},
    ... )
    """

    kernel: Any
    grid: Callable[[Names], Any]
    arguments: Callable[[Names], Mapping[str, Any]]

    def bind(self, contract: Contract) -> Callable[..., Any]:
        """A function that takes the contract's arguments and returns its outputs.

        Outputs that the contract returns are allocated with ``torch.empty`` on the device of the
        inputs. The function raises ``ValueError`` for tensors whose shapes do not fit together.

        Raises :class:`~conformance.catalogue.objects.SubjectBroken` for what is no launch, for
        names that contract or kernel do not have or that are missing, and for a contract whose
        outputs cannot be allocated.
        """
        for output in contract.returned:
            if any(map(depends_on_data, output.axes)):
                raise SubjectBroken(
                    f"a launch cannot allocate {output.name}: its size depends on data"
                )
        sample, _ = _names(contract, _samples(contract))
        check_launch(self, sample)

        def launched(*arguments: Any) -> Any:
            names, outputs = _names(contract, arguments)
            grid, given = self.grid(names), self.arguments(names)
            if mistake := mistake_in_grid(grid) or mistake_in_arguments(given):
                raise TypeError(mistake)
            self.kernel[grid](**given)
            return outputs[0] if len(outputs) == 1 else tuple(outputs) or None

        return launched


def _names(contract: Contract, values: Sequence[Any]) -> tuple[Names, list[torch.Tensor]]:
    # Optional tensors at the end are left out if they are None.
    values = [*values, *[None] * (len(contract.arguments) - len(values))]
    arguments = dict(zip((a.name for a in contract.arguments), values, strict=True))
    sizes = _sizes(contract, values)
    device = next((v.device for v in values if isinstance(v, torch.Tensor)), torch.device("cpu"))
    outputs = {}
    for output in contract.returned:
        like = arguments.get(output.dtype)
        dtype = like.dtype if isinstance(like, torch.Tensor) else torch_dtype(output.dtype)
        shape = shape_of(output.axes, sizes)
        outputs[output.name] = torch.empty(shape, dtype=dtype, device=device)
    numbers = {name: shape_of((name,), sizes)[0] for name in sizes}
    return Names(contract.name, {**numbers, **arguments, **outputs}), list(outputs.values())


def _sizes(contract: Contract, values: Sequence[Any]) -> dict[str, Any]:
    """The sizes of all axes that stand alone in the shape of a tensor, or are passed.

    Raises ``ValueError`` for a tensor of another rank, and for tensors that disagree.
    """
    sizes: dict[str, Any] = {}

    def set_size(argument: str, axis: str, size: Any) -> None:
        if sizes.setdefault(axis, size) != size:
            raise ValueError(f"{argument}: {axis} is {size}, elsewhere it is {sizes[axis]}")

    for argument, value in zip(contract.arguments, values, strict=True):
        if isinstance(argument, SizeArgument):
            set_size(argument.name, argument.axis, value)
        elif isinstance(argument, TensorArgument) and isinstance(value, torch.Tensor):
            shape = tuple(value.shape)
            leading = bool(argument.axes) and is_leading(argument.axes[0])
            rank = len(shape) - len(argument.axes) + leading
            if rank < 0 or (rank and not leading):
                raise ValueError(f"{argument.name}: the shape {shape} has another rank")
            if leading:
                set_size(argument.name, str(argument.axes[0])[1:], shape[:rank])
            for axis, size in zip(argument.axes[leading:], shape[rank:], strict=True):
                if str(axis).isidentifier():
                    set_size(argument.name, str(axis), size)
    return sizes


def _samples(contract: Contract) -> list[Any]:
    """An argument of each kind and of usual size; tensors hold nothing."""
    axes = {axis.name: axis.usual for axis in contract.axes}
    return [_sample(contract, argument, axes) for argument in contract.arguments]


def _sample(contract: Contract, argument: Any, axes: Mapping[str, Any]) -> Any:
    if isinstance(argument, SizeArgument):
        return axes[argument.axis]
    if not isinstance(argument, TensorArgument):
        return argument.value(argument.words[0])
    dtype = torch_dtype(contract.tensor(argument.leader).dtypes[0])
    return torch.empty(shape_of(argument.axes, axes), dtype=dtype, device="meta")
