"""An answer beside the oracle's, element by element: for somebody who looks at a case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from conformance.contract import Budget, Contract, Size
from conformance.judge.answer import Owed, ask_reference
from conformance.judge.budget import nearness
from conformance.judge.judge import as_reference_takes_it, gathered
from conformance.judge.pieces import Piece, pieces
from conformance.tensors.dtypes import dtype_name


@dataclass(frozen=True)
class Compared:
    """An output, or a state behind a call. All tensors have one shape.

    ``allowed`` is how far each element may be off; None where it is compared exactly. ``wrong``
    says which elements are not as owed; None where single elements are not compared, as of ids
    among equals.
    """

    name: str
    got: torch.Tensor
    wanted: torch.Tensor
    allowed: torch.Tensor | None = None
    wrong: torch.Tensor | None = None
    budget: Budget | None = None


def compared(
    contract: Contract,
    axes: Mapping[str, Size],
    arguments: Sequence[Any],
    outputs: Mapping[str, torch.Tensor],
    written: Mapping[str, torch.Tensor],
) -> list[Compared]:
    """What came and what is owed, of a large case its first rows.

    ``outputs`` and ``written`` (states) are as the subject left them, on the CPU. Raises what the
    reference raises.
    """
    piece = next(iter(pieces(contract, axes)))
    inputs = {
        a.name: as_reference_takes_it(a, v, piece)
        for a, v in zip(contract.arguments, arguments, strict=True)
    }
    parts = {
        output.name: piece.cut(output.axes, outputs[output.name])
        for output in contract.outputs
        if output.name in outputs
    }
    chosen = {o.name: parts[o.name].long() for o in contract.outputs if o.selection}
    owed = ask_reference(contract, piece.axes, list(inputs.values()), chosen)
    return [*_outputs(contract, parts, owed, inputs, chosen), *_states(contract, owed, written)]


def _outputs(
    contract: Contract,
    parts: Mapping[str, torch.Tensor],
    owed: Owed,
    inputs: Mapping[str, Any],
    chosen: Mapping[str, torch.Tensor],
) -> Iterator[Compared]:
    for output in contract.outputs:
        name = output.name
        if name not in parts or parts[name].shape != owed.outputs[name].shape:
            continue
        got, wanted, opened = parts[name], owed.outputs[name], owed.open.get(name)
        budget = output.budget_for(dtype_name(got.dtype))
        if budget is not None:
            magnitude = owed.magnitudes.get(name)
            if budget.magnitude:
                magnitude = gathered(output, budget, inputs, chosen)
            yield _near(name, got, wanted.double(), budget, magnitude, opened)
        elif output.selection or name in owed.groups:
            yield Compared(name, got, wanted)
        else:
            yield _exact(name, got, wanted, opened)


def _states(
    contract: Contract, owed: Owed, written: Mapping[str, torch.Tensor]
) -> Iterator[Compared]:
    for name, wanted in owed.states.items():
        if name not in written:
            continue
        got, opened = written[name], owed.open.get(name)
        budget = contract.tensor(name).budget_for(dtype_name(got.dtype))
        if budget is not None and got.is_floating_point():
            yield _near(name, got, wanted.double(), budget, owed.magnitudes.get(name), opened)
        else:
            yield _exact(name, got, wanted, opened)


def _near(
    name: str,
    got: torch.Tensor,
    wanted: torch.Tensor,
    budget: Budget,
    magnitude: torch.Tensor | None,
    opened: torch.Tensor | None,
) -> Compared:
    near = nearness(got, wanted, budget, magnitude, opened)
    return Compared(name, got, wanted, near.allowed, ~near.good, budget)


def _exact(
    name: str, got: torch.Tensor, wanted: torch.Tensor, opened: torch.Tensor | None
) -> Compared:
    value, owed = got.double(), wanted.double()
    wrong = ~((value == owed) | (value.isnan() & owed.isnan()))
    return Compared(name, got, wanted, None, wrong if opened is None else wrong & ~opened)


def whole(contract: Contract, axes: Mapping[str, Size]) -> bool:
    """Whether :func:`compared` looks at every row of a case."""
    found: list[Piece] = list(pieces(contract, axes))
    return len(found) == 1
