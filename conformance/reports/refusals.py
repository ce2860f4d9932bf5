"""The calls that an operator has to refuse, in words. Imports no torch.

The check ``arguments`` makes these calls (:mod:`conformance.checks.numeric.wrong_calls`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.contract import (
    Axis,
    Contract,
    FloatArgument,
    Role,
    ScalarArgument,
    SizeArgument,
    TensorArgument,
    WordArgument,
)
from conformance.contract.shapes import is_leading


@dataclass(frozen=True)
class Refusal:
    """What has to hold of an argument, or the call is refused.

    ``may_answer`` is true where an answer that is right for the values given is no harm.
    """

    argument: str
    wanted: str
    may_answer: bool = False


def refusals(contract: Contract) -> list[Refusal]:
    """What has to hold of each argument, in the order of the call, each once."""
    found: list[Refusal] = []
    for argument in contract.arguments:
        if argument.refused_by == "callers":
            continue
        if isinstance(argument, SizeArgument):
            found += _of_size(contract, argument)
        elif not isinstance(argument, TensorArgument):
            found += _of_scalar(argument)
        elif argument.role is not Role.PLACEHOLDER and argument.optional != "never":
            found += _of_shape(contract, argument)
            found += _of_dtype(contract, argument)
    return list(dict.fromkeys(found))


def _of_size(contract: Contract, argument: SizeArgument) -> Iterator[Refusal]:
    axis = contract.axis(argument.axis)
    assert isinstance(axis, Axis)
    yield Refusal(argument.name, f"{argument.name} >= {axis.least}")
    for constraint in contract.constraints:
        if axis.name in constraint.names():
            yield Refusal(argument.name, constraint.text)
    yield Refusal(argument.name, f"{argument.name} is an int")


def _of_scalar(argument: ScalarArgument) -> Iterator[Refusal]:
    name = argument.name
    if isinstance(argument, FloatArgument):
        if argument.least is not None:
            yield Refusal(name, f"{name} >= {argument.least}")
        if argument.most is not None:
            yield Refusal(name, f"{name} <= {argument.most}")
    elif isinstance(argument, WordArgument):
        yield Refusal(name, f"{name} is one of {', '.join(argument.choices)}")


def _of_shape(contract: Contract, argument: TensorArgument) -> Iterator[Refusal]:
    name, rank = argument.name, len(argument.axes)
    names = {axis.name for axis in contract.axes}
    for place, axis in enumerate(argument.axes):
        if isinstance(axis, int):
            if not argument.flexible:
                yield Refusal(name, f"{name} of length {axis} along axis {place}")
            continue
        if axis not in names or axis in argument.flexible:
            continue
        sharing = [a for a in contract.tensors if axis in a.axes and a is not argument]
        if sharing and rank <= min(len(a.axes) for a in sharing):
            yield Refusal(name, f"{name} of length {axis}")
    if argument.axes and is_leading(argument.axes[0]):
        return
    yield Refusal(name, f"{name} of rank {rank}", may_answer=argument.role is Role.SCALE)
    if rank:
        yield Refusal(name, f"{name} of rank {rank}")


def _of_dtype(contract: Contract, argument: TensorArgument) -> Iterator[Refusal]:
    if argument.role is Role.STATE:
        return
    other = "int64" if "int32" in argument.dtypes else "int32"
    if other not in argument.dtypes and not argument.is_passed_output:
        may_answer = all(output.dtype != argument.name for output in contract.outputs)
        wanted = f"{argument.name} of dtype {', '.join(argument.dtypes)}"
        yield Refusal(argument.name, wanted, may_answer)
    if argument.same_dtype:
        unlike = f"{argument.name} of the dtype of {argument.same_dtype}"
        yield Refusal(argument.name, unlike, may_answer=True)
