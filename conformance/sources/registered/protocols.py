"""What evaluating expressions and following calls offer to each other."""

import ast
from collections.abc import Mapping, Sequence
from typing import Protocol

from conformance.sources.reading.source import Source
from conformance.sources.registered.found import Found
from conformance.sources.registered.values import (
    ClassValue,
    Scope,
    Super,
    Value,
)


class FileNames(Protocol):
    """The names at the top of all files."""

    modules: Mapping[str, Source]

    def scope_of(self, source: Source) -> Scope:
        """The scope at the top of a file."""

    def of_file(self, source: Source, name: str) -> Value:
        """What a name at the top of a file stands for."""

    def of_dotted(self, dotted: str) -> Value:
        """What a full dotted name stands for."""

    def alias(self, source: Source, name: str) -> tuple[Source, ast.expr] | None:
        """The annotation that a name of a file is assigned once, with the file that does it."""


class Evaluating(Protocol):
    """Expressions, names and attributes."""

    @property
    def names(self) -> FileNames:
        """The names at the top of all files."""

    def of(self, node: ast.expr | None, scope: Scope) -> Value:
        """The value of an expression. Calls in it are followed."""

    def attribute(self, value: Value, name: str) -> Value:
        """The attribute of a value."""

    def decorated(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, value: Value, scope: Scope
    ) -> Value:
        """A function with its decorators applied."""


class Calling(Protocol):
    """Calls, decorators, members of classes and assignments."""

    def call(self, node: ast.Call, scope: Scope) -> Value:
        """The value of a call; what it registers is kept."""

    def decorate(self, decorator: Value, value: Value, node: ast.expr, scope: Scope) -> Value:
        """What a decorator makes of a value; None if that is not known."""

    def member(self, owner: ClassValue, name: str, of: Value = None) -> Value:
        """The attribute of a class, or of an object of it."""

    def inherited(self, value: Super, name: str) -> Value:
        """The attribute of ``super()``."""

    def items(self, value: Value) -> Sequence[Value] | None:
        """What a loop over a value goes through; None if that is not known."""

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Assign a value to a target."""


class Following(Calling, Protocol):
    """What statements and calls of torch.library need."""

    found: Found

    @property
    def evaluation(self) -> Evaluating:
        """The expressions."""

    def step(self) -> None:
        """Count a statement; raises when there are too many."""

    def was_decorated(self, node: ast.AST) -> bool:
        """Whether the decorators of a function were applied."""
