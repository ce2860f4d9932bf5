"""Whether a case that was kept or typed belongs to a contract as it is now."""

from conformance.case.case import Case
from conformance.contract import Contract
from conformance.inputs.layouts import RARE, layouts_for
from conformance.inputs.values import ALL


def misfit(case: Case, contract: Contract) -> str | None:
    """Why a case cannot be built for the contract, or None if it can."""
    for what, got, wanted in (
        ("axes", case.axes, {axis.name for axis in contract.axes}),
        ("tensors", case.tensors, {argument.name for argument in contract.tensors}),
    ):
        if set(got) != wanted:
            return f"its {what} are {sorted(got)}, those of {contract.name} {sorted(wanted)}"
    if not contract.allows(case.axes):
        return f"its sizes are outside the limits of {contract.name}"
    for argument in contract.tensors:
        name, spec = argument.name, case.tensors[argument.name]
        patterns = argument.patterns if argument.from_scene else tuple(ALL)
        for word, known in (
            (spec.dtype, argument.dtypes),
            (spec.values, patterns),
            (spec.layout, ("dense", *layouts_for(argument), *RARE)),
        ):
            if word not in known:
                return f"{word} is nothing for {name}; known: {', '.join(known)}"
        if argument.same_dtype and spec.dtype != case.tensors[argument.same_dtype].dtype:
            return f"{name} must have the dtype of {argument.same_dtype}"
    for choice in contract.choices:
        if case.options.get(choice.name) not in choice.words:
            return f"{choice.name} is one of {', '.join(choice.words)}"
    return None


def fits(case: Case, contract: Contract) -> bool:
    """Whether the case can be built for the contract."""
    return misfit(case, contract) is None
