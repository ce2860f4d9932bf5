"""A contract as far as one implementation promises to keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conformance.contract.arguments import TensorArgument
from conformance.contract.axes import AnyAxis, Axis
from conformance.contract.contract import Contract
from conformance.contract.expressions import Expression
from conformance.contract.mistake import ContractMistake


def narrowed(
    contract: Contract,
    within: Sequence[str],
    dtypes: Mapping[str, tuple[str, ...]],
    without: Sequence[str] = (),
) -> Contract:
    """The contract with further conditions on axes, fewer dtypes, and without optional tensors.

    ``without`` names optional arguments that are never given. Usual sizes are moved to the next
    edge that satisfies the conditions on them alone. Raises ``ValueError`` if a condition names no
    axis, or leaves an axis nothing.
    """
    conditions = tuple(Expression(text) for text in within)
    axes = tuple(_moved(axis, conditions) for axis in contract.axes)
    arguments = tuple(
        replace(
            a,
            dtypes=dtypes.get(a.leader, a.dtypes),
            optional="never" if a.name in without else a.optional,
        )
        if isinstance(a, TensorArgument)
        else a
        for a in contract.arguments
    )
    constraints = (*contract.constraints, *conditions)
    try:
        return replace(contract, axes=axes, arguments=arguments, constraints=constraints)
    except ContractMistake as mistake:  # of whoever promises, not of who wrote the contract
        raise ValueError(f"a promise that no contract can keep: {mistake}") from mistake


def _moved(axis: AnyAxis, conditions: Sequence[Expression]) -> AnyAxis:
    if not isinstance(axis, Axis):
        return axis
    alone = [c for c in conditions if c.names() == {axis.name}]
    for size in (axis.usual, *axis.edges):
        if all(condition.holds({axis.name: size}) for condition in alone):
            return replace(axis, usual=size)
    raise ValueError(f"no usual size or edge of {axis.name} satisfies {alone}")
