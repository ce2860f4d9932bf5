"""Schemas as text, in the form that `torch.library.define` takes."""

import re

from conformance.sources.reading.schema import OperatorSchema, Parameter, ParameterKind

_SCHEMA = re.compile(r"\s*([\w.]+)\s*\((.*)\)\s*->\s*(.*?)\s*", re.DOTALL)
_ARGUMENT = re.compile(r"(.+?)\s+(\w+)\s*(?:=\s*(.+))?", re.DOTALL)


def parse_schema(space: str, text: str, file: str = "", line: int = 0) -> OperatorSchema:
    """Parse a schema such as `f(Tensor(a!) x, *, int n=1) -> Tensor` of the namespace `space`.

    Raises ValueError if the text is not a schema.
    """
    if not (match := _SCHEMA.fullmatch(text)):
        raise ValueError(f"schema: got {text!r}, want one like 'f(Tensor x) -> Tensor'")
    name, inside, returns = match.groups()
    parameters, mutates, kind = [], [], ParameterKind.EITHER
    for part in _split(inside):
        if part == "*":
            kind = ParameterKind.KEYWORD
            continue
        if not (found := _ARGUMENT.fullmatch(part)):
            raise ValueError(f"schema: got the argument {part!r}, want a type and a name")
        type_, argument, default = found.groups()
        if "!" in type_:
            mutates.append(argument)
        plain = re.sub(r"\(\w*!?(?:\s*->[^)]*)?\)", "", type_)
        parameters.append(Parameter(argument, plain, default, kind))
    operator = f"{space}::{name}"
    return OperatorSchema(operator, tuple(parameters), returns, tuple(mutates), file, line)


def _split(text: str) -> list[str]:
    parts, depth, current, quote = [], 0, "", ""
    for letter in text:
        if letter in "'\"" and quote in {"", letter}:
            quote = "" if quote else letter
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth and not quote:
            parts.append(current.strip())
            current = ""
        else:
            current += letter
    return [part for part in [*parts, current.strip()] if part]
