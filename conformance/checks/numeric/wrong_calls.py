"""The calls without a right answer that a contract implies."""

from collections.abc import Iterator

from conformance.checks.numeric.changes import (
    Change,
    as_dtype,
    as_float,
    as_integers,
    breaking,
    constant,
    longer,
    ranked_higher,
    ranked_lower,
)
from conformance.checks.numeric.wrong import Wrong
from conformance.contract import (
    Axis,
    Contract,
    FlagArgument,
    FloatArgument,
    Role,
    ScalarArgument,
    SizeArgument,
    TensorArgument,
    WordArgument,
)
from conformance.contract.dtypes import is_integer
from conformance.contract.shapes import is_leading


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
        yield Wrong(f"{name}={size}", position, constant(size), f"{name} >= {axis.least}")
    for number, constraint in enumerate(contract.constraints, 1):
        if axis.name in constraint.names():
            change = breaking(axis.name, constraint)
            yield Wrong(f"{name}-breaks-{number}", position, change, constraint.text)
    yield Wrong(f"{name}-float", position, as_float, f"{name} is an int")


def _wrong_scalars(position: int, argument: ScalarArgument) -> Iterator[Wrong]:
    name = argument.name
    match argument:
        case FloatArgument(least=least, most=most):
            if least is not None:
                below = constant(least - max(1.0, abs(least)))
                yield Wrong(f"{name}-below", position, below, f"{name} >= {least}")
            if most is not None:
                above = constant(most + max(1.0, abs(most)))
                yield Wrong(f"{name}-above", position, above, f"{name} <= {most}")
        case WordArgument(choices=words):
            wanted = f"{name} is one of {', '.join(words)}"
            yield Wrong(f"{name}-unknown", position, constant("no-such-word"), wanted)
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
            yield Wrong(f"{name}-axis{place}+1", position, longer(behind, 1), wanted)
            continue
        if axis not in names or axis in argument.flexible:
            continue
        sharing = [a for a in contract.tensors if axis in a.axes and a is not argument]
        # Of two arguments with the axis the larger one says how long it is.
        if sharing and rank <= min(len(a.axes) for a in sharing):
            for by in (-1, 1):
                wanted = f"{name} of length {axis}"
                yield Wrong(f"{name}-{axis}{by:+d}", position, longer(behind, by), wanted)
    if leads:
        return
    wanted = f"{name} of rank {rank}"
    # A factor in a list of its own multiplies just the same.
    harmless = argument.role is Role.SCALE
    yield Wrong(f"{name}-rank-{rank + 1}", position, ranked_higher, wanted, may_answer=harmless)
    if rank:
        yield Wrong(f"{name}-rank-{rank - 1}", position, ranked_lower, wanted)


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
        change: Change = as_integers(other, scaled=not is_integer(argument.dtypes[0]))
        yield Wrong(f"{name}-{other}", position, change, wanted, may_answer)
    if leader := argument.same_dtype:
        unlike = f"{name} of the dtype of {leader}"
        change = as_dtype(argument.dtypes[-1])
        yield Wrong(f"{name}-unlike-{leader}", position, change, unlike, may_answer=True)
