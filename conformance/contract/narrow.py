"""A contract as far as one implementation promises to keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from conformance.contract.arguments import Argument, TensorArgument, WordArgument
from conformance.contract.axes import AnyAxis, Axis
from conformance.contract.contract import Contract
from conformance.contract.expressions import Expression
from conformance.contract.mistake import ContractMistake


def narrowed(
    contract: Contract,
    within: Sequence[str],
    dtypes: Mapping[str, tuple[str, ...]],
    without: Sequence[str] = (),
    words: Mapping[str, tuple[str, ...]] | None = None,
) -> Contract:
    """The contract with further conditions on axes, fewer dtypes, and without optional tensors.

    ``without`` names optional arguments that are never given, ``words`` those that are left of
    arguments and choices. Usual sizes are moved to the next edge that satisfies the conditions on
    them alone. Raises ``ValueError`` if a condition names no axis, or leaves an axis nothing, and
    for a name that is left no word.
    """
    conditions = tuple(Expression(text) for text in within)
    axes = tuple(_moved(axis, conditions) for axis in contract.axes)
    constraints = (*contract.constraints, *conditions)
    try:
        arguments = tuple(
            replace(
                a,
                dtypes=dtypes.get(a.leader, a.dtypes),
                optional="never" if a.name in without else a.optional,
            )
            if isinstance(a, TensorArgument)
            else _with_words(a, words or {})
            for a in contract.arguments
        )
        choices = tuple(
            replace(c, words=(words or {}).get(c.name, c.words)) for c in contract.choices
        )
        return replace(
            contract, axes=axes, arguments=arguments, constraints=constraints, choices=choices
        )
    except ContractMistake as mistake:  # of whoever promises, not of who wrote the contract
        raise ValueError(f"a promise that no contract can keep: {mistake}") from mistake


def _with_words(argument: Argument, words: Mapping[str, tuple[str, ...]]) -> Argument:
    if isinstance(argument, WordArgument) and argument.name in words:
        return replace(argument, choices=words[argument.name])
    return argument


def _moved(axis: AnyAxis, conditions: Sequence[Expression]) -> AnyAxis:
    if not isinstance(axis, Axis):
        return axis
    alone = [c for c in conditions if c.names() == {axis.name}]
    for size in (axis.usual, *axis.edges):
        if all(condition.holds({axis.name: size}) for condition in alone):
            return replace(axis, usual=size)
    raise ValueError(f"no usual size or edge of {axis.name} satisfies {alone}")
