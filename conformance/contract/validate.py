"""Do the parts of a contract fit together? What can be told without torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from conformance.contract.axes import LeadingAxes
from conformance.contract.mistake import ContractMistake
from conformance.contract.shapes import Shape, is_leading, names_in
from conformance.contract.validate_arguments import check_arguments
from conformance.contract.validate_names import check_names
from conformance.contract.validate_outputs import check_outputs

if TYPE_CHECKING:
    from conformance.contract.contract import Contract


def validate(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for the first thing that does not fit.

    What needs torch (patterns, layouts, the reference's answer) is checked when a contract is
    loaded to be asked: see :mod:`conformance.inputs.validate` and :mod:`conformance.judge.answer`.
    """
    check_names(contract)
    _check_axes(contract)
    check_arguments(contract)
    check_outputs(contract)
    if not callable(contract.reference):
        raise ContractMistake("", "reference", f"{contract.reference!r} cannot be called")
    if not contract.outputs and not contract.states:
        problem = "the operator owes nothing: it has neither outputs nor a state"
        raise ContractMistake("", "outputs", problem)


def _shapes(contract: Contract) -> Iterator[tuple[str, Shape]]:
    for argument in contract.tensors:
        yield f"argument {argument.name}", argument.axes
    for output in contract.outputs:
        yield f"output {output.name}", output.axes


def _check_axes(contract: Contract) -> None:
    known = {axis.name: axis for axis in contract.axes}
    used: Counter[str] = Counter()

    def use(field: str, names: frozenset[str]) -> None:
        if unknown := sorted(names - set(known)):
            raise ContractMistake("", field, f"unknown axes {unknown}", f"known: {sorted(known)}")
        used.update(names)

    for field, shape in _shapes(contract):
        for place, size in enumerate(shape):
            try:
                names = names_in(size)
            except ValueError as error:
                raise ContractMistake("", field, str(error)) from None
            use(field, names)
            if not is_leading(size):
                continue
            if not isinstance(known[str(size)[1:]], LeadingAxes):
                raise ContractMistake("", field, f"{size} is a single axis", "write LeadingAxes")
            if place:
                raise ContractMistake("", field, f"{size} does not lead", "put it first")
    for size_argument in contract.sizes:
        use(f"argument {size_argument.name}", frozenset({size_argument.axis}))
        if isinstance(known[size_argument.axis], LeadingAxes):
            field = f"argument {size_argument.name}"
            raise ContractMistake("", field, f"{size_argument.axis} has no single size")
    for constraint in contract.constraints:
        use(f"constraint {constraint.text}", constraint.names())
    for argument in contract.tensors:
        if argument.holds:
            use(f"argument {argument.name}", argument.holds.names())
    if idle := [name for name in known if not used[name] and contract.scene is None]:
        raise ContractMistake("", f"axis {idle[0]}", "nothing depends on it", "remove it")
    if contract.independent and contract.independent not in known:
        raise ContractMistake("", "independent", f"{contract.independent} is no axis")
    if contract.independent and contract.states:
        # A large case is judged piece by piece along that axis, which a state does not have.
        raise ContractMistake("", "independent", "a state leaves no axis independent", "remove it")
