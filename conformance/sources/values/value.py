"""The values that names and arguments can have, as far as the syntax shows."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.sources.reading.source import Source


@dataclass(frozen=True, eq=False)
class Scope:
    """What the names of a function stand for at one point of one path through it."""

    source: Source
    names: "Mapping[str, Value]"
    """The value of each local name and dotted attribute that was assigned so far on the path;
    parameters are assigned at its start."""
    local: frozenset[str] = frozenset()
    """All names that the function assigns anywhere, on this path or on another."""

    def bind(self, name: str, value: "Value") -> "Scope":
        """The scope in which `name` stands for `value`."""
        return Scope(self.source, {**self.names, name: value}, self.local)


@dataclass(frozen=True, eq=False)
class Expression:
    """An expression of the source; `scope` says what its names stand for."""

    node: ast.expr
    scope: Scope


@dataclass(frozen=True, eq=False)
class ListValue:
    """A list or tuple; each of its items is known."""

    items: "tuple[Value, ...]"
    is_tuple: bool = False
    """It cannot be changed: `x += y` makes another one."""


@dataclass(frozen=True, eq=False)
class DictValue:
    """A dictionary whose keys are known strings."""

    items: "Mapping[str, Value]"


@dataclass(frozen=True, eq=False)
class ParameterValue:
    """Whatever the caller passes for a parameter of the function in which the path starts."""

    name: str


@dataclass(frozen=True, eq=False)
class GlobalName:
    """A global name of a file that stands for no constant: a function, a class, an import."""

    name: str
    source: Source


@dataclass(frozen=True, eq=False)
class Unresolved:
    """A value that the syntax does not show, and the reason."""

    text: str
    reason: str


Value = Expression | ListValue | DictValue | ParameterValue | GlobalName | Unresolved

UNBOUND = "not assigned on this way"
"""The reason why a local name is unresolved that its path has not assigned; reports print it."""
