"""Numbers that are worked out of several outputs, which are judged together by them."""

from collections.abc import Mapping

import torch

from conformance.contract import Contract, ContractMistake, Derived
from conformance.events.finding import Finding
from conformance.judge.answer import Owed
from conformance.judge.budget import judge_floats
from conformance.judge.called import a_tensor, call
from conformance.judge.elements import stretches
from conformance.judge.used import BudgetUsed


def judge_derived(
    contract: Contract,
    derived: Derived,
    outputs: Mapping[str, torch.Tensor],
    owed: Owed,
    first_row: int,
    used: BudgetUsed | None = None,
) -> Finding | None:
    """What is wrong with a derived number of the subject's ``outputs``.

    Raises :class:`~conformance.contract.ContractMistake` for a function that goes wrong.
    """
    field = f"derived {derived.name}"
    wanted = _made(contract, derived, owed.outputs)
    magnitude, opened = owed.magnitudes.get(derived.name), owed.open.get(derived.name)
    for tensor in (magnitude, opened):
        if tensor is not None and not stretches(tuple(tensor.shape), tuple(wanted.shape)):
            problem = f"the answer speaks of shape {tuple(tensor.shape)}, not {tuple(wanted.shape)}"
            raise ContractMistake(contract.name, field, problem, "one entry for each element")
    got = _made(contract, derived, outputs)
    if got.shape != wanted.shape:
        problem = (
            f"has shape {tuple(got.shape)} of the outputs, {tuple(wanted.shape)} of the answer"
        )
        mend = "let the shape depend on theirs alone"
        raise ContractMistake(contract.name, field, problem, mend)
    budget = derived.budget
    return judge_floats(derived.name, got, wanted, budget, magnitude, opened, first_row, used)


def _made(
    contract: Contract, derived: Derived, tensors: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    field = f"derived {derived.name}"
    made = call(contract, field, derived.function, [_widest(tensors[n]) for n in derived.of])
    return a_tensor(contract, field, derived.name, made).double()


def _widest(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.double() if tensor.is_floating_point() else tensor.to(torch.int64)
