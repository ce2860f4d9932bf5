"""Do the parts of a contract fit together? What can be told without torch."""

from conformance.contract.contract import Contract
from conformance.contract.mistake import ContractMistake
from conformance.contract.references import check_references, shapes
from conformance.contract.shapes import names_in
from conformance.contract.validation.arguments import check_arguments
from conformance.contract.validation.names import check_names
from conformance.contract.validation.outputs import check_outputs
from conformance.contract.validation.released import check_released


def validate(contract: Contract) -> None:
    """Raise :class:`ContractMistake` for the first thing that does not fit, before it is asked.

    What needs torch (patterns, layouts, the reference's answer) is checked when a subject is
    loaded: see :mod:`conformance.inputs.validate` and :mod:`conformance.judge.validate`.
    """
    try:
        check_references(contract)
        check_names(contract)
        check_arguments(contract)
        _check_idle(contract)
        check_outputs(contract)
        _check_independent(contract)
        check_released(contract)
        if contract.choices and contract.scene is None:
            field = f"choice {contract.choices[0].name}"
            problem = "nothing reads it without a scene"
            raise ContractMistake("", field, problem, "write a WordArgument if callers pass it")
        if not callable(contract.reference):
            raise ContractMistake("", "reference", f"{contract.reference!r} cannot be called")
        if not contract.outputs and not contract.states:
            problem = "the operator owes nothing: it has neither outputs nor a state"
            raise ContractMistake("", "outputs", problem)
    except ContractMistake as mistake:
        raise mistake.within(contract.name) from None


def _check_independent(contract: Contract) -> None:
    """Raise if what a large case is cut along is part of a size that is worked out."""
    name = contract.independent
    for field, shape in shapes(contract):
        for size in shape:
            if name in names_in(size) and size not in (name, f"*{name}"):
                problem = f"{field} has the size {size}, which cannot be cut along {name}"
                raise ContractMistake("", "independent", problem, "remove it")


def _check_idle(contract: Contract) -> None:
    """Raise for an axis that nothing reads; a scene may read any."""
    used = {name for _, shape in shapes(contract) for size in shape for name in names_in(size)}
    used |= {argument.axis for argument in contract.sizes}
    used |= {name for constraint in contract.constraints for name in constraint.names()}
    idle = [axis.name for axis in contract.axes if axis.name not in used]
    if idle and contract.scene is None:
        raise ContractMistake("", f"axis {idle[0]}", "nothing depends on it", "remove it")
