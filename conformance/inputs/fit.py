"""Whether a case that was kept or typed belongs to a contract as it is now."""

import re

from conformance.case import Case
from conformance.contract import Contract, TensorArgument
from conformance.inputs.layouts import known_layouts
from conformance.inputs.scenes import FILLINGS, STEP, UNDEFINED
from conformance.inputs.values import known_patterns

MOST_ELEMENTS = 1 << 33
"""Elements that a tensor of a case may have: four times as many as any case of ours asks for."""
_STEP = re.compile(r"[0-9]{1,4}")


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
    if (elements := contract.elements(case.axes)) > MOST_ELEMENTS:
        return f"it asks for a tensor of {elements} elements; {MOST_ELEMENTS} are the limit"
    for argument in contract.tensors:
        if problem := _tensor_misfit(case, contract, argument):
            return problem
    for scalar in contract.scalars:
        if scalar.name not in case.options:
            return f"it says nothing of {scalar.name}"
        try:
            scalar.value(case.options[scalar.name])
        except ValueError as error:
            return str(error)
    for choice in contract.choices:
        if case.options.get(choice.name) not in choice.words:
            return f"{choice.name} is one of {', '.join(choice.words)}"
    if not _STEP.fullmatch(case.options.get(STEP, "0")):
        return f"{STEP}:{case.options[STEP]} is no step: give at most 4 digits"
    if case.options.get(UNDEFINED, FILLINGS[0]) not in FILLINGS:
        return f"{UNDEFINED} is one of {', '.join(FILLINGS)}"
    return None


def _tensor_misfit(case: Case, contract: Contract, argument: TensorArgument) -> str | None:
    name, spec = argument.name, case.tensors[argument.name]
    if not spec.given:
        return None if argument.optional else f"{name} is never None"
    if argument.optional == "never":
        return f"{name} is never given"
    for word, known in (
        (spec.dtype, argument.dtypes),
        (spec.values, known_patterns(contract, argument)),
        (spec.layout, known_layouts(contract)),
    ):
        if word not in known:
            return f"{word} is nothing for {name}; known: {', '.join(known)}"
    for leader, got, what in (
        (argument.same_dtype, "dtype", "the dtype"),
        (argument.layout_leader, "layout", "the layout"),
    ):
        led = case.tensors[leader] if leader else spec
        if led.given and getattr(spec, got) != getattr(led, got):
            return f"{name} must have {what} of {leader}"
    return None


def fits(case: Case, contract: Contract) -> bool:
    """Whether the case can be built for the contract."""
    return misfit(case, contract) is None
