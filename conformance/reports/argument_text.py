"""An argument of an operator in words."""

from conformance.contract import Argument, Contract, Role, SizeArgument, TensorArgument
from conformance.reports.words import either, shape_text

ROLES = {
    Role.INPUT: "",
    Role.NEW_STATE: "goes into {state}, rounded to its dtype",
    Role.STATE: "read and written in place",
    Role.INDEX: "integers that say how much a state holds, or where",
    Role.BLOCK_TABLE: "integers that say in which block each part of a sequence lies",
    Role.MASK: "says which pairs may see each other",
    Role.SCALE: "a factor",
    Role.PLACEHOLDER: "never looked at",
}


def type_text(argument: Argument) -> str:
    """What is passed: ``(T, E) float32 or bfloat16``, ``int, the size of K``."""
    match argument:
        case TensorArgument():
            return f"{shape_text(argument.axes)} {_dtypes(argument)}"
        case SizeArgument():
            return f"int, the size of {argument.axis}"
    raise AssertionError(f"no words for {type(argument).__name__}")


def annotation(argument: Argument) -> str:
    """The type of the argument in a Python signature."""
    return "int" if isinstance(argument, SizeArgument) else "torch.Tensor"


def argument_lines(contract: Contract, argument: Argument) -> list[str]:
    """What the contract says of an argument beside name and type, a sentence a line."""
    lines = [argument.meaning]
    if isinstance(argument, TensorArgument):
        lines += _tensor_lines(contract, argument)
    return lines


def _tensor_lines(contract: Contract, argument: TensorArgument) -> list[str]:
    lines = []
    if role := ROLES[argument.role].format(state=argument.state or "a state"):
        lines.append(f"{argument.role}: {role}")
    if argument.role is not Role.PLACEHOLDER:
        source = "values, set by the contract's scene" if argument.from_scene else "values"
        lines.append(f"{source}: {', '.join(argument.patterns)}")
    if argument.owed_layouts:
        lines.append(f"layouts that callers pass, beside dense: {', '.join(argument.owed_layouts)}")
    if argument.flexible:
        lines.append(f"may have any length along {', '.join(argument.flexible)}")
    return lines


def _dtypes(argument: TensorArgument) -> str:
    if argument.same_dtype:
        return f"in the dtype of {argument.same_dtype}"
    return either(argument.dtypes)
