"""A result against its contract: form, ids, numbers, states."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import torch

from conformance.contract import (
    Budget,
    Contract,
    ContractMistake,
    Output,
    Role,
    Size,
    SizeArgument,
    TensorArgument,
    shape_of,
)
from conformance.contract.dtypes import is_integer
from conformance.events.finding import Finding, Kind, distinct
from conformance.judge.answer import Owed, ask_reference
from conformance.judge.budget import judge_floats
from conformance.judge.derived import judge_derived
from conformance.judge.exact import judge_exact
from conformance.judge.pieces import Piece, pieces
from conformance.judge.scores import selection_scores
from conformance.judge.selection import Rows, judge_ids, judge_selected
from conformance.judge.state import judge_state
from conformance.judge.structure import RESULT, judge_structure, owed_dtype
from conformance.judge.used import BudgetUsed
from conformance.tensors.dtypes import dtype_name
from conformance.tensors.returned import Returned, ReturnedTensor, look


class JudgeScope(StrEnum):
    """What of a call is judged."""

    ALL = "all"
    OUTPUTS = "outputs"
    STATES = "states"


Named = Mapping[str, Any]
"""Arguments, or tensors, by name."""


def judge(
    contract: Contract,
    axes: Mapping[str, Size],
    arguments: Sequence[Any],
    result: Any,
    device: str = "cpu",
    written: Mapping[str, torch.Tensor] | None = None,
    scope: JudgeScope = JudgeScope.ALL,
    used: BudgetUsed | None = None,
) -> list[Finding]:
    """Everything that is wrong with ``result`` for these ``arguments`` (CPU copies, as passed).

    A ``result`` that nobody has looked at yet is looked at first.
    ``device`` is the device that the subject was given its arguments on, and ``written`` the
    arguments that it wrote into, states and outputs, as they are afterwards. ``scope`` leaves out
    the outputs' values, or the states; the outputs' form is always judged. What is wrong with one
    output hides nothing of another, unless the other cannot be judged without it. ``used`` is told
    how much of their budgets outputs and states use.

    Raises :class:`~conformance.contract.ContractMistake` if the reference goes wrong.
    """
    written = written or {}
    returned = result if isinstance(result, Returned) else look(result, arguments)
    findings = judge_structure(contract, axes, arguments, returned, device)
    after = {name: tensor.detach().cpu() for name, tensor in written.items()}
    outputs = _outputs(contract, arguments, returned, after, findings)
    if findings and (_lacks_ids(contract, outputs) or not (outputs or after)):
        return findings
    try:
        for piece in pieces(contract, axes):
            inputs = {
                a.name: as_reference_takes_it(a, v, piece)
                for a, v in zip(contract.arguments, arguments, strict=True)
            }
            parts = {
                o.name: piece.cut(o.axes, outputs[o.name])
                for o in contract.outputs
                if o.name in outputs
            }
            findings += _judge_piece(contract, piece, inputs, parts, after, scope, used)
    except ContractMistake:
        if not findings:  # else enough is known of the subject
            raise
    return distinct(findings)


def _lacks_ids(contract: Contract, outputs: Named) -> bool:
    """Whether a selection is missing without which the reference cannot answer."""
    owed = [o.name for o in contract.returned if o.selection]
    return any(name not in outputs for name in owed)


def _outputs(
    contract: Contract,
    arguments: Sequence[Any],
    returned: Returned,
    after: Named,
    findings: Sequence[Finding],
) -> dict[str, torch.Tensor]:
    """The outputs by name that can be looked into; one that is written to no tensor is missing.

    If nothing but its dtype is wrong, and it loses nothing in the one that is owed, it has that.
    """
    found = {a.name: after[a.name] for a in contract.passed_outputs if a.name in after}
    if not contract.returned or any(finding.about == RESULT for finding in findings):
        return found
    for output, tensor in zip(contract.returned, returned.items or (), strict=True):
        if not isinstance(tensor, ReturnedTensor) or tensor.value is None:
            continue
        wrong = {finding.kind for finding in findings if finding.about == output.name}
        if not wrong:
            found[output.name] = tensor.value
        elif wrong == {Kind.DTYPE}:
            owed = owed_dtype(contract, output, arguments)
            if _is_wider(tensor.dtype, owed):
                found[output.name] = tensor.value.to(owed)
    return found


def _is_wider(got: torch.dtype, owed: torch.dtype) -> bool:
    """Whether numbers that ``owed`` can hold are held by ``got`` as well."""
    if got.is_complex or got.is_floating_point != owed.is_floating_point:
        return False
    return got.itemsize > owed.itemsize


def as_reference_takes_it(argument: Any, value: Any, piece: Piece) -> Any:
    """An argument as a reference gets it: floats in float64, states and sizes as they are."""
    if not isinstance(value, torch.Tensor):
        return value
    if isinstance(argument, SizeArgument) or argument.role is Role.STATE:
        return value
    part = piece.cut(argument.axes, value)
    # A float argument may have been given as integers that it does not list; they mean the same.
    own = is_integer(argument.dtypes[0]) or _is_listed_integer(argument, part)
    return part if own else part.double()


def _is_listed_integer(argument: TensorArgument, tensor: torch.Tensor) -> bool:
    name = dtype_name(tensor.dtype)
    return is_integer(name) and name in argument.dtypes


def _judge_piece(
    contract: Contract,
    piece: Piece,
    inputs: Named,
    outputs: Mapping[str, torch.Tensor],
    after: Named,
    scope: JudgeScope,
    used: BudgetUsed | None,
) -> list[Finding]:
    chosen: dict[str, torch.Tensor] = {}
    findings: list[Finding | None] = []
    wrong: set[str | None] = set()
    for output in contract.outputs:
        if output.selection is None or output.name not in outputs:
            continue
        ids = outputs[output.name].long()
        length = _entries(output, inputs, piece.axes)
        slots = ids.unsqueeze(-1) if output.selection.is_single else ids
        rows = slots.reshape(-1, slots.shape[-1])
        named = Rows(tuple(slots.shape[:-1]), piece.first_of(output.axes))
        if finding := judge_ids(output.name, rows, length, named):
            return [finding]  # nothing is to be asked about ids that name nothing
        chosen[output.name] = ids
        scores = selection_scores(contract, output, piece.axes, inputs, chosen)
        entries = scores.reshape(-1, length)
        if finding := judge_selected(output.selection, output.name, rows, entries, named):
            findings.append(finding)
            wrong.add(output.name)
    owed = ask_reference(contract, piece.axes, list(inputs.values()), chosen)
    if scope is not JudgeScope.STATES:
        for output in contract.outputs:
            # What follows a wrong selection is wrong with it.
            if output.follows in wrong or output.selection or output.judged_in:
                continue
            if output.name in outputs:
                first = piece.first_of(output.axes)
                findings.append(
                    _judge_output(output, outputs[output.name], owed, inputs, chosen, first, used)
                )
        for derived in contract.derived:
            if all(name in outputs for name in derived.of):
                findings.append(judge_derived(contract, derived, outputs, owed, piece.first, used))
    if scope is not JudgeScope.OUTPUTS:
        for name, wanted in owed.states.items():
            if name in after:
                before, now, opened = inputs[name], after[name], owed.open.get(name)
                budget = contract.tensor(name).budget_for(dtype_name(now.dtype))
                findings.append(
                    judge_floats(
                        name, now, wanted, budget, owed.magnitudes.get(name), opened, used=used
                    )
                    if budget and now.is_floating_point()
                    else judge_state(name, before, now, wanted, opened)
                )
    return [finding for finding in findings if finding]


def _entries(output: Output, inputs: Named, axes: Mapping[str, Size]) -> int:
    """How many entries a selection has in each row."""
    assert output.selection is not None
    if output.selection.argument:
        return int(inputs[output.selection.argument].shape[-1])
    return int(shape_of(output.selection.scored, axes)[-1])


def _judge_output(
    output: Output,
    tensor: torch.Tensor,
    owed: Owed,
    inputs: Named,
    chosen: Mapping[str, torch.Tensor],
    first_row: int,
    used: BudgetUsed | None,
) -> Finding | None:
    name, wanted = output.name, owed.outputs[output.name]
    if tensor.shape != wanted.shape:  # it depends on data, and the reference knows it
        got = str(tuple(tensor.shape))
        message = "has another length than the data call for"
        return Finding(name, message, got, str(tuple(wanted.shape)), kind=Kind.SHAPE)
    budget, opened = output.budget_for(dtype_name(tensor.dtype)), owed.open.get(name)
    if budget is None:
        return judge_exact(name, tensor, wanted, opened, owed.groups.get(name), first_row)
    magnitude = owed.magnitudes.get(name)
    if budget.magnitude:
        magnitude = gathered(output, budget, inputs, chosen)
    return judge_floats(name, tensor, wanted.double(), budget, magnitude, opened, first_row, used)


def gathered(
    output: Output, budget: Budget, inputs: Named, chosen: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """The sizes that a budget is measured by, for each element of an output."""
    vector = inputs[budget.magnitude or ""]
    magnitude = vector[chosen[output.follows]] if output.follows else vector
    return magnitude.abs().nan_to_num(nan=1.0, posinf=1.0).clamp(min=1.0)
