"""What a name stands for on one way through a function, as far as the syntax tells."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.sources.reading.source import Source


@dataclass(frozen=True, eq=False)
class Scope:
    """The names of a function at one point on one way through it."""

    source: Source
    names: "Mapping[str, Value]"
    """Local names and dotted attributes that were assigned on this way, parameters included."""
    local: frozenset[str] = frozenset()
    """The names that are local to the function, assigned on this way or not."""

    def bind(self, name: str, value: "Value") -> "Scope":
        return Scope(self.source, {**self.names, name: value}, self.local)


@dataclass(frozen=True, eq=False)
class Written:
    """An expression as it is written; its names mean what `scope` says."""

    node: ast.expr
    scope: Scope


@dataclass(frozen=True, eq=False)
class Several:
    """A list or tuple whose items are known one by one."""

    items: "tuple[Value, ...]"


@dataclass(frozen=True, eq=False)
class Keyed:
    """A dictionary whose keys are known strings."""

    items: "Mapping[str, Value]"


@dataclass(frozen=True, eq=False)
class Parameter:
    """A parameter of the function in which the way began."""

    name: str


@dataclass(frozen=True, eq=False)
class Global:
    """A name of the module that is not followed further."""

    name: str
    source: Source


@dataclass(frozen=True, eq=False)
class Unresolved:
    """Something the syntax does not tell, and why."""

    text: str
    reason: str


Value = Written | Several | Keyed | Parameter | Global | Unresolved

UNBOUND = "not assigned on this way"
