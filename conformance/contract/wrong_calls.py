"""The calls without a right answer that a contract implies, as data.

The check ``arguments`` makes these calls, and ``describe`` tells what they break.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.contract.arguments import (
    FlagArgument,
    FloatArgument,
    ScalarArgument,
    SizeArgument,
    TensorArgument,
    WordArgument,
)
from conformance.contract.arguments.roles import Role
from conformance.contract.axes import Axis
from conformance.contract.contract import Contract
from conformance.contract.dtypes import is_integer
from conformance.contract.expressions import Expression
from conformance.contract.shapes import is_leading


@dataclass(frozen=True)
class Replaced:
    """Another value, whatever the right one is."""

    value: Any


@dataclass(frozen=True)
class AsFloat:
    """The same number as a float."""


@dataclass(frozen=True)
class Breaking:
    """The size of an axis nearest to the right one that breaks a constraint."""

    axis: str
    constraint: Expression


@dataclass(frozen=True)
class Longer:
    """A tensor longer by ``by`` (shorter, if that is below zero) along an axis."""

    axis: int
    by: int


@dataclass(frozen=True)
class OtherRank:
    """A tensor with one dimension more (``by`` 1) or less (-1)."""

    by: int


@dataclass(frozen=True)
class OtherDtype:
    """The numbers in another dtype; ``scaled`` ones are three times as large, then rounded."""

    dtype: str
    scaled: bool = False


Change = Replaced | AsFloat | Breaking | Longer | OtherRank | OtherDtype
"""How the right value of an argument is turned into a wrong one."""


@dataclass(frozen=True)
class Wrong:
    """One way to call an operator wrongly: which argument, by what, and what is owed.

    ``may_answer`` is true where an answer that is right for the values given is no harm.
    """

    id: str
    position: int
    change: Change
    wanted: str
    may_answer: bool = False


def wrong_calls(contract: Contract) -> Iterator[Wrong]:
    """Every wrong call that the contract implies, and that the operator itself must refuse."""
    for position, argument in enumerate(contract.arguments):
        if argument.refused_by == "callers":
            continue
        if isinstance(argument, SizeArgument):
            yield from _wrong_sizes(contract, position, argument)
        elif isinstance(argument, TensorArgument):
            yield from _wrong_tensors(contract, position, argument)
        else:
            yield from _wrong_scalars(position, argument)


def _wrong_sizes(contract: Contract, position: int, argument: SizeArgument) -> Iterator[Wrong]:
    name, axis = argument.name, contract.axis(argument.axis)
    assert isinstance(axis, Axis)
    for size in (axis.least - 1, axis.least - 2):
        yield Wrong(f"{name}={size}", position, Replaced(size), f"{name} >= {axis.least}")
    for number, constraint in enumerate(contract.constraints, 1):
        if axis.name in constraint.names():
            change = Breaking(axis.name, constraint)
            yield Wrong(f"{name}-breaks-{number}", position, change, constraint.text)
    yield Wrong(f"{name}-float", position, AsFloat(), f"{name} is an int")


def _wrong_scalars(position: int, argument: ScalarArgument) -> Iterator[Wrong]:
    name = argument.name
    match argument:
        case FloatArgument(least=least, most=most):
            if least is not None:
                below = Replaced(least - max(1.0, abs(least)))
                yield Wrong(f"{name}-below", position, below, f"{name} >= {least}")
            if most is not None:
                above = Replaced(most + max(1.0, abs(most)))
                yield Wrong(f"{name}-above", position, above, f"{name} <= {most}")
        case WordArgument(choices=words):
            wanted = f"{name} is one of {', '.join(words)}"
            yield Wrong(f"{name}-unknown", position, Replaced("no-such-word"), wanted)
        case FlagArgument():
            return


def _wrong_tensors(contract: Contract, position: int, argument: TensorArgument) -> Iterator[Wrong]:
    if argument.role is not Role.PLACEHOLDER and argument.optional != "never":
        yield from _wrong_shapes(contract, position, argument)
        yield from _wrong_dtypes(contract, position, argument)


def _wrong_shapes(contract: Contract, position: int, argument: TensorArgument) -> Iterator[Wrong]:
    name, rank = argument.name, len(argument.axes)
    names = {axis.name for axis in contract.axes}
    leads = bool(argument.axes) and is_leading(argument.axes[0])
    for place, axis in enumerate(argument.axes):
        behind = place - rank
        if isinstance(axis, int):
            if argument.flexible:
                continue
            wanted = f"{name} of length {axis} along axis {place}"
            yield Wrong(f"{name}-axis{place}+1", position, Longer(behind, 1), wanted)
            continue
        if axis not in names or axis in argument.flexible:
            continue
        sharing = [a for a in contract.tensors if axis in a.axes and a is not argument]
        # Of two arguments with the axis the larger one says how long it is.
        if sharing and rank <= min(len(a.axes) for a in sharing):
            for by in (-1, 1):
                wanted = f"{name} of length {axis}"
                yield Wrong(f"{name}-{axis}{by:+d}", position, Longer(behind, by), wanted)
    if leads:
        return
    wanted = f"{name} of rank {rank}"
    # A factor in a list of its own multiplies just the same.
    harmless = argument.role is Role.SCALE
    yield Wrong(f"{name}-rank-{rank + 1}", position, OtherRank(1), wanted, may_answer=harmless)
    if rank:
        yield Wrong(f"{name}-rank-{rank - 1}", position, OtherRank(-1), wanted)


def _wrong_dtypes(contract: Contract, position: int, argument: TensorArgument) -> Iterator[Wrong]:
    name = argument.name
    if argument.role is Role.STATE:
        return
    wanted = f"{name} of dtype {', '.join(argument.dtypes)}"
    # What is returned in the argument's own dtype has no answer in one that is not allowed.
    may_answer = all(output.dtype != name for output in contract.outputs)
    other = "int64" if "int32" in argument.dtypes else "int32"
    if other not in argument.dtypes and not argument.is_passed_output:
        # A float is scaled, so that its integers are not all zero.
        scaled = other == "int32" and not is_integer(argument.dtypes[0])
        change = OtherDtype(other, scaled)
        yield Wrong(f"{name}-{other}", position, change, wanted, may_answer)
    if leader := argument.same_dtype:
        unlike = f"{name} of the dtype of {leader}"
        change = OtherDtype(argument.dtypes[-1])
        yield Wrong(f"{name}-unlike-{leader}", position, change, unlike, may_answer=True)
