"""The usual case of a contract, and cases that differ from another one in a single thing."""

from dataclasses import replace

from conformance.case import ABSENT, Case, CaseError, TensorSpec
from conformance.contract import Contract, Size, TensorArgument


def usual_case(contract: Contract, check: str, **sizes: Size) -> Case:
    """The case with usual sizes (``sizes`` replace some), first dtypes, usual values, dense."""
    axes = {axis.name: sizes.get(axis.name, axis.usual) for axis in contract.axes}
    tensors = {
        a.name: ABSENT if a.optional in ("none", "never") else usual_spec(a)
        for a in contract.tensors
    }
    return Case(contract.name, check, axes, tensors, usual_words(contract))


def usual_spec(argument: TensorArgument) -> TensorSpec:
    """How a tensor is made when nothing is asked of it."""
    return TensorSpec(argument.dtypes[0], argument.values)


def usual_words(contract: Contract) -> dict[str, str]:
    """The usual values of arguments that are no tensors, and the usual words of choices."""
    words = {argument.name: argument.words[0] for argument in contract.scalars}
    return words | {choice.name: choice.words[0] for choice in contract.choices}


def leaders(contract: Contract) -> list[str]:
    """The tensor arguments whose dtypes may be chosen freely."""
    return [argument.name for argument in contract.tensors if argument.same_dtype is None]


def with_dtypes(contract: Contract, case: Case, **dtypes: str) -> Case:
    """The case with other dtypes of some tensors, and of those that share theirs."""
    for argument in contract.tensors:
        if argument.leader in dtypes and case.tensors[argument.name].given:
            case = case.with_tensor(argument.name, dtype=dtypes[argument.leader])
    return case


def with_tensor(contract: Contract, case: Case, name: str, **changes: str) -> Case:
    """The case with one tensor made otherwise; a tensor that was None is given.

    Tensors that share its dtype or its layout follow. Raises :class:`CaseError` for a tensor that
    is never given.
    """
    case = _given(contract, case, name).with_tensor(name, **changes)
    for argument in contract.tensors:
        if not case.tensors[argument.name].given:
            continue
        if argument.same_dtype == name and "dtype" in changes:
            case = case.with_tensor(argument.name, dtype=changes["dtype"])
        if argument.layout_leader == name and "layout" in changes:
            case = case.with_tensor(argument.name, layout=changes["layout"])
    return case


def without_tensor(case: Case, name: str) -> Case:
    """The case with None instead of a tensor."""
    return replace(case, tensors={**case.tensors, name: ABSENT})


def _given(contract: Contract, case: Case, name: str) -> Case:
    if case.tensors[name].given:
        return case
    argument = contract.tensor(name)
    if argument.optional == "never":
        raise CaseError(f"{name} is never given")
    spec = usual_spec(argument)
    for leader, word in ((argument.same_dtype, "dtype"), (argument.layout_leader, "layout")):
        if leader and case.tensors[leader].given:
            spec = replace(spec, **{word: getattr(case.tensors[leader], word)})
    return replace(case, tensors={**case.tensors, name: spec})
