"""Is the selection right where entries are equal, or differ by one ulp?

Ties inside the selection, at its border and across it, whole rows equal, +0 beside -0, and rows of
neighbouring floats in shuffled order, where one ulp decides. Which of equal entries wins is open
unless the contract says otherwise; that the selected entries are the largest is not.
"""

from conformance.checks.check import Check, judged
from conformance.contract import Contract
from conformance.inputs.draw import cases
from conformance.inputs.selection_patterns import TIES
from conformance.inputs.usual import usual_case, with_tensor


def _lacks(contract: Contract) -> str | None:
    return None if contract.selection else "no output selects anything"


def _fixed(contract: Contract):
    assert contract.selection, "asked only of contracts that select"
    case = usual_case(contract, "ties")
    name = contract.selection.argument
    for pattern in TIES:
        for dtype in contract.tensor(name).dtypes:
            yield with_tensor(contract, case, name, values=pattern, dtype=dtype)


def _drawn(contract: Contract):
    assert contract.selection, "asked only of contracts that select"
    return cases(contract, "ties", values={contract.selection.argument: tuple(TIES)})


CHECK = Check(
    "ties",
    "Is the selection right among equal and nearly equal entries?",
    judged,
    lacks=_lacks,
    fixed=_fixed,
    drawn=_drawn,
)
