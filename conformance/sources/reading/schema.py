"""What one registration of an operator declares: parameters, results, mutated arguments."""

import ast
from dataclasses import dataclass
from enum import StrEnum

from conformance.sources.reading.nodes import Function


class ParameterKind(StrEnum):
    """How an argument may be passed to a parameter."""

    EITHER = "positional or keyword"
    POSITIONAL = "positional only"
    KEYWORD = "keyword only"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operator, of a kernel or of a function."""

    name: str
    type: str = ""
    """The annotation as it is written, or the type in the text of a schema; "" if there is none."""
    default: str | None = None
    """The default as it is written; None if the parameter has none."""
    kind: ParameterKind = ParameterKind.EITHER

    def __str__(self) -> str:
        typed = f"{self.name}: {self.type}" if self.type else self.name
        return typed if self.default is None else f"{typed} = {self.default}"


@dataclass(frozen=True)
class OperatorSchema:
    """What one registration of an operator declares."""

    name: str
    """`namespace::name`."""
    parameters: tuple[Parameter, ...]
    returns: str
    mutates: tuple[str, ...]
    file: str
    line: int
    function: str = ""
    """The name of the registered function; who calls it calls the operator."""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def parameters_of(function: Function) -> tuple[Parameter, ...]:
    """The parameters of a function in order, without `*args` and `**kwargs`."""
    a = function.args
    plain = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    kinds = [ParameterKind.POSITIONAL] * len(a.posonlyargs) + [ParameterKind.EITHER] * len(a.args)
    plain += a.kwonlyargs
    defaults += a.kw_defaults
    kinds += [ParameterKind.KEYWORD] * len(a.kwonlyargs)
    return tuple(
        Parameter(
            arg.arg,
            ast.unparse(arg.annotation) if arg.annotation else "",
            None if default is None else ast.unparse(default),
            kind,
        )
        for arg, default, kind in zip(plain, defaults, kinds, strict=True)
    )
