"""An argument of an operator in words."""

from conformance.contract import (
    Argument,
    FlagArgument,
    FloatArgument,
    Role,
    SizeArgument,
    TensorArgument,
    WordArgument,
)
from conformance.reports.described.words import either, number_text, range_text, shape_text

ROLES = {
    Role.INPUT: "",
    Role.OUTPUT: "written, never read; not returned",
    Role.NEW_STATE: "goes into {state}, rounded to its dtype",
    Role.STATE: "read and written in place",
    Role.INDEX: "integers that say how much a state holds, or where",
    Role.BLOCK_TABLE: "integers that say in which block each part of a sequence lies",
    Role.MASK: "says which pairs may see each other",
    Role.SCALE: "a factor",
    Role.PLACEHOLDER: "never looked at",
}
OPTIONAL = {
    "given": "usually given, may be None",
    "none": "usually None, may be given",
    "never": "always None for this implementation",
}


def type_text(argument: Argument) -> str:
    """What is passed: ``(T, E) float32 or bfloat16``, ``int, the size of K``, ``bool``."""
    match argument:
        case TensorArgument(same_dtype=str(leader)):
            text = f"{shape_text(argument.axes)} in the dtype of {leader}"
        case TensorArgument():
            text = f"{shape_text(argument.axes)} {either(argument.dtypes)}"
        case SizeArgument():
            text = f"int, the size of {argument.axis}"
        case FloatArgument():
            limits = range_text(argument.least, argument.most)
            text = f"float, {limits}" if limits else "float"
        case FlagArgument():
            text = "bool"
        case WordArgument():
            text = f"str, {either(repr(word) for word in argument.choices)}"
    return f"{text}, or None" if _optional(argument) else text


def annotation(argument: Argument) -> str:
    """The type of the argument in a Python signature."""
    match argument:
        case TensorArgument():
            name = "torch.Tensor"
        case SizeArgument():
            name = "int"
        case FloatArgument():
            name = "float"
        case FlagArgument():
            name = "bool"
        case WordArgument():
            name = "str"
    return f"{name} | None" if _optional(argument) else name


def argument_lines(argument: Argument) -> list[str]:
    """What the contract says of an argument beside name and type, a sentence a line."""
    lines = [argument.meaning]
    match argument:
        case TensorArgument():
            lines += _tensor_lines(argument)
        case FloatArgument():
            values = [argument.value(word) for word in argument.words]
            first, *edges = ["None" if v is None else number_text(v) for v in values]
            lines.append(f"usually {first}" + (f"; edges: {', '.join(edges)}" if edges else ""))
        case FlagArgument() | WordArgument():
            lines.append(f"usually {argument.value(argument.words[0])!r}")
    if argument.refused_by == "callers":
        lines.append("wrong ones are refused by callers, so that none is passed")
    return lines


def _optional(argument: Argument) -> bool:
    return bool(getattr(argument, "optional", None))


def _tensor_lines(argument: TensorArgument) -> list[str]:
    lines = []
    if role := ROLES[argument.role].format(state=argument.state or "a state"):
        lines.append(f"{argument.role}: {role}")
    if argument.optional:
        refused = "; an implementation that lacks it may refuse it" if argument.refusable else ""
        lines.append(OPTIONAL[argument.optional] + refused)
    if argument.holds:
        lines.append(_integers(argument))
    if argument.role is not Role.PLACEHOLDER and not argument.is_passed_output:
        source = "values, set by the contract's scene" if argument.from_scene else "values"
        lines.append(f"{source}: {', '.join(argument.patterns)}")
    if argument.strides == "dense":
        lines.append(f"always {either(('dense', *argument.owed_layouts))}")
    elif argument.owed_layouts:
        lines.append(f"layouts that callers pass, beside dense: {', '.join(argument.owed_layouts)}")
    if argument.layout_leader:
        lines.append(f"always in the layout of {argument.layout_leader}")
    if argument.flexible:
        lines.append(f"may have any length along {', '.join(argument.flexible)}")
    return lines


def _integers(argument: TensorArgument) -> str:
    holds = argument.holds
    assert holds is not None
    low = "the least of the dtype" if holds.low is None else holds.low
    high = "the largest of the dtype" if holds.high is None else holds.high
    words = [f"integers from {low} to {high}"]
    if holds.distinct:
        words.append("none twice")
    if holds.padding is not None:
        words.append(f"{holds.padding} stands for nothing")
    return "; ".join(words)
