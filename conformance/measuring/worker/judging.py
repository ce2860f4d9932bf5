"""Are the answers of those who are measured right? Told beside every figure.

At points of a moderate size the answer is judged against the oracle, at the smallest point special
contents as well: ties, NaN, infinities, whatever stresses an argument. A few calls, whose kernels
are compiled already; ``conformance check`` asks far more.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

import torch

from conformance.case import Case, CaseError
from conformance.contract import Contract, TensorArgument, shape_of
from conformance.events.finding import Finding, Kind
from conformance.execution.describe import describe
from conformance.inputs.selection_patterns import TIES
from conformance.inputs.usual import with_tensor
from conformance.judge.judge import JudgeScope, judge
from conformance.measuring.worker.arguments import arguments_of
from conformance.measuring.worker.entrants import Entrant

MOST_ELEMENTS = 4_500_000
"""Elements of all arguments up to which an answer is judged: the oracle takes a second or two."""

MOST_SPECIAL = 16_000_000
"""Elements of all cases with special contents together."""


def small_enough(contract: Contract, case: Case, most: int = MOST_ELEMENTS) -> bool:
    """Whether the oracle judges the answer of a case."""
    return _elements(contract, case) <= most


def _elements(contract: Contract, case: Case) -> int:
    shapes = (shape_of(a.axes, case.axes) for a in contract.tensors if case.tensors[a.name].given)
    return sum(map(prod, shapes))


def special_cases(contract: Contract, case: Case) -> list[Case]:
    """The case with special contents: patterns that stress one of its floats, and ties.

    All of them where the case is small; of a large one as many as there is time for.
    """
    every = list(_special(contract, case))
    most = max(1, MOST_SPECIAL // max(1, _elements(contract, case)))
    step = max(1, -(-len(every) // most))
    return every[::step]


def _special(contract: Contract, case: Case) -> Iterator[Case]:
    selected = contract.selection.argument if contract.selection else None
    for argument in contract.tensors:
        if not case.tensors[argument.name].given or argument.is_passed_output:
            continue
        for pattern in (*argument.stressing, *(TIES if argument.name == selected else ())):
            if pattern != case.tensors[argument.name].values:
                yield with_tensor(contract, case, argument.name, values=pattern)


def findings_of(contract: Contract, case: Case, entrant: Entrant, device: str) -> list[Finding]:
    """What is wrong with the answer to a case; nothing where the case cannot be built.

    Raises :class:`~conformance.contract.ContractMistake` if the reference goes wrong.
    """
    assert entrant.answers is not None
    try:
        arguments = arguments_of(contract, case, device)
    except CaseError:
        return []
    originals = [a.cpu().clone() if isinstance(a, torch.Tensor) else a for a in arguments]
    try:
        result = entrant.answers(arguments)()
        written = {
            a.name: value.cpu() for a, value in _written(contract.tensors, contract, arguments)
        }
    except Exception as error:  # whatever a subject raises is its answer
        raised = describe(error)
        return [Finding("call", "raised instead of answering", str(raised), kind=Kind.RAISED)]
    scope = JudgeScope.OUTPUTS if entrant.leaves_out else JudgeScope.ALL
    return judge(contract, case.axes, originals, result, device, written, scope)


def _written(
    tensors: Sequence[TensorArgument], contract: Contract, arguments: Sequence[Any]
) -> Iterator[tuple[TensorArgument, torch.Tensor]]:
    for argument, value in zip(contract.arguments, arguments, strict=True):
        if isinstance(argument, TensorArgument) and argument.written and value is not None:
            yield argument, value
