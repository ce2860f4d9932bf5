"""Does the reference of a contract answer? Asked once, before any subject is."""

from collections.abc import Iterator, Mapping

import torch

from conformance.case import Case, CaseError
from conformance.contract import Axis, Contract, ContractMistake, LeadingAxes, Size, shape_of
from conformance.inputs.build import build
from conformance.inputs.usual import usual_case
from conformance.judge.answer import Owed, ask_reference
from conformance.judge.judge import as_reference_takes_it
from conformance.judge.pieces import pieces
from conformance.judge.scores import selection_scores

LARGEST = 1 << 16
"""Elements of the largest tensor with which a reference is tried."""


def validate_reference(contract: Contract) -> None:
    """Raise :class:`~conformance.contract.ContractMistake` for a reference that goes wrong.

    It is called with the usual sizes, with all of them as small as they may be, and with other
    numbers of leading dimensions.
    """
    for number, axes in enumerate(_sizes(contract)):
        if contract.allows(axes) and contract.elements(axes) <= LARGEST:
            owed = _try(contract, usual_case(contract, "values", **axes))
            if owed is not None and not number:
                _check_numbers(contract, owed)


def _check_numbers(contract: Contract, owed: Owed) -> None:
    """Raise for an answer to the usual case that is NaN everywhere: nothing would be asked."""
    for output in contract.outputs:
        tensor = owed.outputs[output.name]
        if tensor.numel() and bool(tensor.isnan().all()) and output.name not in owed.open:
            problem = f"returns nothing but NaN for {output.name} in the usual case"
            raise ContractMistake(contract.name, "reference", problem, "mend it, or usual values")
    for name, tensor in owed.magnitudes.items():
        if tensor.numel() and bool(tensor.isnan().all()):
            problem = f"{name} is nothing but NaN in the usual case"
            raise ContractMistake(contract.name, "Answer.magnitudes", problem, "mend it")


def _sizes(contract: Contract) -> Iterator[dict[str, Size]]:
    usual = {axis.name: axis.usual for axis in contract.axes}
    yield usual
    single = [axis for axis in contract.axes if isinstance(axis, Axis)]
    least: dict[str, Size] = {axis.name: axis.least for axis in single}
    if contract.allows({**usual, **least}):
        yield {**usual, **least}
    else:
        yield from ({**usual, name: size} for name, size in least.items())
    for axis in contract.axes:
        if isinstance(axis, LeadingAxes):
            yield from ({**usual, axis.name: size} for size in axis.edges)


def _try(contract: Contract, case: Case) -> Owed | None:
    try:
        arguments = build(contract, case).arguments
    except CaseError:  # sizes that leave no scene are no mistake
        return None
    whole = next(pieces(contract, case.axes))
    inputs = {
        a.name: as_reference_takes_it(a, value, whole)
        for a, value in zip(contract.arguments, arguments, strict=True)
    }
    return ask_reference(
        contract, case.axes, list(inputs.values()), _any_ids(contract, case, inputs)
    )


def _any_ids(
    contract: Contract, case: Case, inputs: Mapping[str, object]
) -> dict[str, torch.Tensor]:
    """A right selection, so that the reference can be asked for the rest."""
    chosen: dict[str, torch.Tensor] = {}
    for output in contract.outputs:
        if output.selection is None:
            continue
        scores = selection_scores(contract, output, case.axes, inputs, chosen)
        largest = output.selection.order == "largest"
        if output.selection.is_single:
            chosen[output.name] = scores.argmax(-1) if largest else scores.argmin(-1)
            continue
        (count,) = shape_of((output.selection.count,), case.axes)
        chosen[output.name] = scores.topk(count, -1, largest=largest).indices
    return chosen
