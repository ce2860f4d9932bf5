"""What an expression may stand for. Constants are the Python values themselves."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from conformance.sources.reading.source import Source

Value = Any
"""A constant (str, int, float, bool, None, and lists, tuples, sets and dictionaries of values), or
one of the classes below."""


@dataclass(frozen=True, eq=False)
class Unknown:
    """A value that only running the code would tell; ``reason`` is set where it is to be told."""

    text: str = "?"
    reason: str = ""


@dataclass(frozen=True)
class Outside:
    """A name that the tree does not define, with its full dotted name."""

    dotted: str


@dataclass(frozen=True, eq=False)
class Alternatives:
    """One of several values; which one, only running the code would tell."""

    values: tuple[Value, ...]


@dataclass(eq=False)
class Scope:
    """Names of a function that is followed, inside the scopes around it; a file's has no outer."""

    source: Source
    names: dict[str, Value] = field(default_factory=dict)
    outer: "Scope | None" = None
    returned: list[Value] = field(default_factory=list)
    places: tuple[str, ...] = ()
    """The calls that led here, as ``file:line``, the first one at the top of a file."""
    declared: set[str] = field(default_factory=set)
    """Names that a statement ``global`` or ``nonlocal`` takes from outside."""
    live: set[str] = field(default_factory=set)
    """Names at the top of a file that have another value in each round of a loop."""

    @property
    def is_module(self) -> bool:
        return self.outer is None


@dataclass(frozen=True, eq=False)
class FunctionValue:
    """A function of the tree, with the scope in which it is defined."""

    source: Source
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    owner: Value = None
    """The object that is the first argument of a method."""

    @property
    def name(self) -> str:
        return "<lambda>" if isinstance(self.node, ast.Lambda) else self.node.name


@dataclass(frozen=True, eq=False)
class ClassValue:
    """A class of the tree."""

    source: Source
    node: ast.ClassDef
    scope: Scope


@dataclass(frozen=True, eq=False)
class Instance:
    """An object of a class of the tree, with the attributes that were seen to be set."""

    type: ClassValue
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Super:
    """``super()`` in a method of an object."""

    instance: Instance


@dataclass(frozen=True, eq=False)
class ModuleValue:
    """A file of the tree as a module."""

    source: Source


@dataclass(frozen=True, eq=False)
class LibraryValue:
    """A ``torch.library.Library``."""

    namespace: str
    kind: str
    key: str = ""
    """The dispatch key of everything that is implemented with it."""


@dataclass(frozen=True, eq=False)
class OperatorValue:
    """What ``custom_op`` and ``triton_op`` return."""

    name: str
    function: Value


@dataclass(frozen=True, eq=False)
class Partial:
    """What ``functools.partial`` returns: a callable with arguments that it is given already."""

    callee: Value
    arguments: tuple[Value, ...]
    keywords: dict[str, Value]


@dataclass(frozen=True, eq=False)
class Method:
    """A method, not yet called, of a value that is no object of the tree."""

    owner: Value
    name: str


@dataclass(frozen=True, eq=False)
class Decorator:
    """What awaits the function that it decorates."""

    apply: Callable[[Value], Value]


def is_known(value: Value) -> bool:
    """Whether a value has no unknown part."""
    if isinstance(value, Unknown | Alternatives):
        return False
    if isinstance(value, dict):
        return all(is_known(k) and is_known(v) for k, v in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return all(is_known(part) for part in value)
    return True


def is_constant(value: Value) -> bool:
    """Whether a value is a plain constant of Python."""
    return value is None or isinstance(value, str | int | float | bool | bytes)


def truth(value: Value) -> bool | None:
    """Whether a value is true; None if that is not known."""
    if is_constant(value) or isinstance(value, list | tuple | dict | set | frozenset):
        return bool(value)
    if isinstance(value, Unknown | Alternatives | Outside | Instance):
        return None
    return True
