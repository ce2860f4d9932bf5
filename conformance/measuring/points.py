"""From points to cases: which calls are measured."""

from collections.abc import Mapping, Sequence
from itertools import product

from conformance.case import Case
from conformance.contract import DTYPE, Contract, LeadingAxes, Operator, Point, Role, Size
from conformance.inputs.usual import usual_case, with_tensor
from conformance.policy.nearest import did_you_mean

_WORDS = ("dtype", "values", "layout")


def points_of(
    operator: Operator, sizes: Mapping[str, Sequence[int]], dtypes: Sequence[str]
) -> list[Point]:
    """The points of an operator, those that differ once each.

    ``sizes`` replaces sizes of all points by each of several, ``dtypes`` their dtype. Raises
    ``ValueError`` for an axis or a dtype that the contract does not have, and for sizes that it
    does not allow.
    """
    contract = operator.contract
    known = [axis.name for axis in contract.axes]
    for name in sizes:
        if name not in known:
            said = did_you_mean(name, known)
            raise ValueError(
                f"{contract.name} has no size {name}; it has: {', '.join(known)}{said}"
            )
    lead = contract.tensors[0] if contract.tensors else None
    for name in dtypes:
        if lead is None or name not in lead.dtypes:
            listed = ", ".join(lead.dtypes) if lead else "none"
            said = did_you_mean(name, lead.dtypes) if lead else ""
            raise ValueError(f"{contract.name} takes no {name}; it takes: {listed}{said}")
    measured = operator.measured.points if operator.measured else ({},)
    found: list[Point] = []
    for point in measured:
        for chosen in product(*sizes.values()):
            for dtype in dtypes or (str(point.get(DTYPE, "")),):
                more = {DTYPE: dtype} if dtype else {}
                new = {**point, **dict(zip(sizes, chosen, strict=True)), **more}
                if new not in found:
                    found.append(new)
    for point in found:
        case_of(contract, point)
    return found


def case_of(contract: Contract, point: Point, check: str = "values", seed: int = 0) -> Case:
    """The case that a point means. Raises ``ValueError`` for a point that means none."""
    sizes: dict[str, Size] = {}
    words: dict[str, str] = {}
    for name, value in point.items():
        if axis := next((a for a in contract.axes if a.name == name), None):
            several = isinstance(axis, LeadingAxes) and isinstance(value, int)
            sizes[name] = (int(value),) if several else int(value)
        else:
            words[name] = str(value)
    case = usual_case(contract, check, **sizes)
    if not contract.allows(case.axes):
        said = ", ".join(f"{name}={value}" for name, value in sizes.items())
        raise ValueError(f"{contract.name} does not take the sizes {said}")
    dtype = words.pop(DTYPE, None)
    if dtype is not None:
        case = _in_dtype(contract, case, dtype)
    for name, word in words.items():
        case = _with_word(contract, case, name, word)
    return Case(case.contract, check, case.axes, case.tensors, case.options, seed)


def _in_dtype(contract: Contract, case: Case, dtype: str) -> Case:
    """The first tensor, those that share its dtype, and states in this dtype."""
    first = contract.tensors[0].leader
    for argument in contract.tensors:
        concerned = argument.leader == first or argument.role is Role.STATE
        if concerned and dtype in argument.dtypes and case.tensors[argument.name].given:
            case = case.with_tensor(argument.name, dtype=dtype)
    return case


def _with_word(contract: Contract, case: Case, name: str, word: str) -> Case:
    tensor, _, kind = name.rpartition("_")
    if kind in _WORDS and any(argument.name == tensor for argument in contract.tensors):
        return with_tensor(contract, case, tensor, **{kind: word})
    if name in case.options:
        return case.with_options(**{name: word})
    raise ValueError(f"{contract.name} has neither a size nor a word {name}")
