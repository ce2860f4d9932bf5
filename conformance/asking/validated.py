"""A contract without mistakes, before anything is asked."""

from conformance.contract import ContractMistake, Operator
from conformance.contract.validation.validate import validate
from conformance.inputs.validate import validate_inputs
from conformance.judge.validate import validate_reference


def validated(operator: Operator) -> None:
    """Raise :class:`ContractMistake` for the first mistake; the reference is tried once."""
    try:
        validate(operator.contract)
        validate_inputs(operator.contract)
        validate_reference(operator.contract)
    except ContractMistake as mistake:
        raise mistake.within(operator.contract.name) from mistake.__cause__
