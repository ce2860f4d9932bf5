"""Do the parts of a contract fit together? What can be told without torch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from conformance.contract.axes import LeadingAxes
from conformance.contract.mistake import ContractMistake
from conformance.contract.shapes import Shape, is_leading, names_in
from conformance.contract.validate_arguments import check_arguments, check_references
from conformance.contract.validate_names import check_names
from conformance.contract.validate_outputs import check_outputs

if TYPE_CHECKING:
    from conformance.contract.contract import Contract


def check_parts(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for a name that refers to nothing: asked of every contract."""
    _check_axes(contract)
    check_references(contract)


def validate(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for the first thing that does not fit, before it is asked.

    What needs torch (patterns, layouts, the reference's answer) is checked when a subject is
    loaded: see :mod:`conformance.inputs.validate` and :mod:`conformance.judge.validate`.
    """
    try:
        check_parts(contract)
        check_names(contract)
        check_arguments(contract)
        _check_idle(contract)
        check_outputs(contract)
        if not callable(contract.reference):
            raise ContractMistake("", "reference", f"{contract.reference!r} cannot be called")
        if not contract.outputs and not contract.states:
            problem = "the operator owes nothing: it has neither outputs nor a state"
            raise ContractMistake("", "outputs", problem)
    except ContractMistake as mistake:
        raise mistake if mistake.contract else mistake.of(contract.name) from None


def _shapes(contract: Contract) -> Iterator[tuple[str, Shape]]:
    for argument in contract.tensors:
        yield f"argument {argument.name}", argument.axes
    for output in contract.outputs:
        yield f"output {output.name}", output.axes


def _check_axes(contract: Contract) -> None:
    known = {axis.name: axis for axis in contract.axes}

    def use(field: str, names: frozenset[str]) -> None:
        if unknown := sorted(names - set(known)):
            raise ContractMistake("", field, f"unknown axes {unknown}", f"known: {sorted(known)}")

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
    if contract.independent and contract.independent not in known:
        raise ContractMistake("", "independent", f"{contract.independent} is no axis")
    if contract.independent and contract.states:
        # A large case is judged piece by piece along that axis, which a state does not have.
        raise ContractMistake("", "independent", "a state leaves no axis independent", "remove it")


def _check_idle(contract: Contract) -> None:
    """Raise for an axis that nothing reads; a scene may read any."""
    used = {name for _, shape in _shapes(contract) for size in shape for name in names_in(size)}
    used |= {argument.axis for argument in contract.sizes}
    used |= {name for constraint in contract.constraints for name in constraint.names()}
    idle = [axis.name for axis in contract.axes if axis.name not in used]
    if idle and contract.scene is None:
        raise ContractMistake("", f"axis {idle[0]}", "nothing depends on it", "remove it")
