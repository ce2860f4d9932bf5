"""Two answers to one call beside each other, element by element."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from conformance.contract import Contract, Size
from conformance.judge.answer import ask_reference
from conformance.judge.judge import as_reference_takes_it
from conformance.judge.pieces import pieces
from conformance.tensors.dtypes import bits_of, dtype_name

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class Difference:
    """Where two answers differ in an output, or in a state behind a call.

    ``exact`` says that the contract owes these bits, so that no rounding explains it. ``count`` of
    ``total`` elements differ; ``place`` is the first of those that differ most, by ``ulps`` units
    in the last place (0 where they are exact), and ``one`` and ``other`` are the numbers there.
    ``flushed`` counts those in which one number is subnormal and the other one is zero.
    """

    name: str
    exact: bool
    count: int
    total: int
    ulps: int
    flushed: int
    place: tuple[int, ...]
    one: float
    other: float


def differences(
    contract: Contract,
    axes: Mapping[str, Size],
    arguments: Sequence[Any],
    one: tuple[Tensors, Tensors],
    other: tuple[Tensors, Tensors],
) -> Iterator[Difference]:
    """Where two right answers differ, each given as its outputs and states, on the CPU.

    ``arguments`` are CPU copies, as passed. Of a large case the first rows are compared. Elements
    that the contract leaves open, and those that follow another id, are not. Raises what asking the
    reference raises.
    """
    piece = next(iter(pieces(contract, axes)))
    inputs = [
        as_reference_takes_it(a, v, piece)
        for a, v in zip(contract.arguments, arguments, strict=True)
    ]
    cut = {
        output.name: [piece.cut(output.axes, each[0][output.name]) for each in (one, other)]
        for output in contract.outputs
        if output.name in one[0] and output.name in other[0]
    }
    chosen = {o.name: cut[o.name][0].long() for o in contract.outputs if o.selection}
    opened = ask_reference(contract, piece.axes, inputs, chosen).open
    for output in contract.outputs:
        if output.name not in cut:
            continue
        a, b = cut[output.name]
        left_out = opened.get(output.name)
        if output.follows in cut and (other_ids := torch.ne(*cut[output.follows])).any():
            # What belongs to another id is another number.
            left_out = other_ids if left_out is None else left_out | other_ids
        exact = output.budget_for(dtype_name(a.dtype)) is None
        yield from _between(output.name, a, b, exact, left_out)
    for argument in contract.states:
        if argument.name in one[1] and argument.name in other[1]:
            a, b = one[1][argument.name], other[1][argument.name]
            exact = argument.budget_for(dtype_name(a.dtype)) is None
            yield from _between(argument.name, a, b, exact, opened.get(argument.name))


def _between(
    name: str, a: torch.Tensor, b: torch.Tensor, exact: bool, opened: torch.Tensor | None
) -> Iterator[Difference]:
    if a.shape != b.shape or a.dtype != b.dtype:
        yield Difference(name, True, a.numel(), a.numel(), 0, 0, (), 0.0, 0.0)
        return
    floats = a.is_floating_point()
    differs = _bits(a) != _bits(b)
    if floats and not exact:
        differs &= ~((a == b) | (a.isnan() & b.isnan()))
    if opened is not None:
        differs &= ~opened.expand(differs.shape)
    if not bool(differs.any()):
        return
    ulps = _ulps(a, b) if floats else torch.ones_like(differs, dtype=torch.int64)
    place = int(torch.where(differs, ulps, -1).argmax())
    where = tuple(int(i) for i in np.unravel_index(place, tuple(a.shape)))
    flushed = differs & (_is_flushed(a, b) | _is_flushed(b, a)) if floats else differs & False
    yield Difference(
        name, exact, int(differs.sum()), differs.numel(),
        int(ulps.reshape(-1)[place]) if floats else 0, int(flushed.sum()), where,
        float(a[where]), float(b[where]),
    )  # fmt: skip


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.contiguous().view(bits_of(tensor.dtype)).reshape(tensor.shape)


def _ulps(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """How many numbers of the dtype lie between two, int64."""
    return (_rank(a) - _rank(b)).abs()


def _rank(tensor: torch.Tensor) -> torch.Tensor:
    """The place of each number among all of its dtype, both zeros at 0 (int64)."""
    bits = _bits(tensor).long()
    least = torch.iinfo(bits_of(tensor.dtype)).min
    return torch.where(bits < 0, least - bits, bits)


def _is_flushed(zero: torch.Tensor, number: torch.Tensor) -> torch.Tensor:
    small = torch.finfo(number.dtype).tiny
    value = number.double()
    return (zero == 0) & (value != 0) & (value.abs() < small)
