"""Are the outputs right, and of the promised dtypes, for every combination of input dtypes?

The oracle works on the values after rounding to the input dtype, so no rounding of inputs is
excused: an implementation that narrows an argument on the way is found where two entries that it
merges differ.
"""

from itertools import product

from conformance.case.draw import cases, usual_case
from conformance.checks.check import Check, judged
from conformance.contract import Contract


def _fixed(contract: Contract):
    names = [a.name for a in contract.tensors]
    for dtypes in product(*(a.dtypes for a in contract.tensors)):
        case = usual_case(contract, "dtypes")
        for name, dtype in zip(names, dtypes, strict=True):
            case = case.with_tensor(name, dtype=dtype)
        yield case
        if contract.selection:
            yield case.with_tensor(contract.selection.argument, values="one-ulp")


def _drawn(contract: Contract):
    return cases(contract, "dtypes")


CHECK = Check(
    "dtypes",
    "Are the outputs right for every combination of dtypes?",
    judged,
    fixed=_fixed,
    drawn=_drawn,
    effort=0.5,
)
