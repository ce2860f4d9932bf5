"""An operator as one registration declares it."""

import ast
from dataclasses import dataclass
from enum import StrEnum

from conformance.sources.reading.nodes import Function


class Kind(StrEnum):
    """How an argument may be given."""

    EITHER = "positional or keyword"
    POSITIONAL = "positional only"
    KEYWORD = "keyword only"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operator or kernel."""

    name: str
    type: str = ""
    """The annotation as it is written, or the type of a schema text; empty if there is none."""
    default: str | None = None
    kind: Kind = Kind.EITHER

    def __str__(self) -> str:
        typed = f"{self.name}: {self.type}" if self.type else self.name
        return typed if self.default is None else f"{typed} = {self.default}"


@dataclass(frozen=True)
class OperatorSchema:
    """What one registration of an operator declares."""

    name: str
    """`space::name`."""
    parameters: tuple[Parameter, ...]
    returns: str
    mutates: tuple[str, ...]
    file: str
    line: int
    function: str = ""
    """The registered function; calling it by its name calls the operator."""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


def parameters_of(function: Function) -> tuple[Parameter, ...]:
    """The parameters of a function in order, without `*args` and `**kwargs`."""
    a = function.args
    plain = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    kinds = [Kind.POSITIONAL] * len(a.posonlyargs) + [Kind.EITHER] * len(a.args)
    plain += a.kwonlyargs
    defaults += a.kw_defaults
    kinds += [Kind.KEYWORD] * len(a.kwonlyargs)
    return tuple(
        Parameter(
            arg.arg,
            ast.unparse(arg.annotation) if arg.annotation else "",
            None if default is None else ast.unparse(default),
            kind,
        )
        for arg, default, kind in zip(plain, defaults, kinds, strict=True)
    )
