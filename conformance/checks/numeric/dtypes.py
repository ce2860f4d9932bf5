"""Are the outputs right, and of the promised dtypes, for every combination of input dtypes?

The oracle works on the values after rounding to the input dtype, so no rounding of inputs is
excused: an implementation that narrows an argument on the way is found where two entries that it
merges differ.
"""

from itertools import product

from conformance.checks.check import Check, judged
from conformance.contract import Contract
from conformance.inputs.draw import cases
from conformance.inputs.usual import leaders, usual_case, with_dtypes, with_tensor


def _fixed(contract: Contract):
    usual = usual_case(contract, "dtypes")
    names = [name for name in leaders(contract) if usual.tensors[name].given]
    for dtypes in product(*(contract.tensor(name).dtypes for name in names)):
        chosen = dict(zip(names, dtypes, strict=True))
        case = with_dtypes(contract, usual, **chosen)
        yield case
        if contract.selection:
            yield case.with_tensor(contract.selection.argument, values="one-ulp")
    for argument in contract.tensors:
        if argument.optional == "none" and argument.same_dtype is None:
            for dtype in argument.dtypes:
                yield with_tensor(contract, usual, argument.name, dtype=dtype)


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
