"""Canonical expressions: local names are replaced, and transparent calls are taken away."""

import ast
import copy
from dataclasses import dataclass

from conformance.sources.reading.nodes import last_name
from conformance.sources.values.resolve import resolve
from conformance.sources.values.value import (
    DictValue,
    Expression,
    GlobalName,
    ListValue,
    ParameterValue,
    Scope,
    Unresolved,
    Value,
)

MAX_DEPTH = 12
"""How deep names are replaced inside what other names stand for."""


@dataclass(frozen=True)
class Transparent:
    """Calls that do not change what a value means: `x.method(...)` and `function(x, ...)` mean `x`.

    Both are given by the last part of their name.
    """

    methods: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


def unwrap(value: Value, transparent: Transparent) -> Value:
    """The value without the transparent calls around it."""
    for _ in range(64):
        value = resolve(value)
        inner = _inside_call(value, transparent)
        if inner is None:
            return value
        value = inner
    return value


def _inside_call(value: Value, transparent: Transparent) -> Value | None:
    if not isinstance(value, Expression) or not isinstance(node := value.node, ast.Call):
        return None
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in transparent.methods:
        return Expression(function.value, value.scope)
    if (
        last_name(function) in transparent.functions
        and node.args
        and not isinstance(node.args[0], ast.Starred)
    ):
        return Expression(node.args[0], value.scope)
    return None


def canonical(value: Value, transparent: Transparent, depth: int = MAX_DEPTH) -> ast.expr:
    """The expression of a value, made of parameters, attributes, globals and constants only.

    An unresolved value is `<its text>`, and `…` stands for what lies deeper than `depth`.
    """
    value = unwrap(value, transparent)
    match value:
        case ParameterValue(name) | GlobalName(name):
            return ast.Name(name)
        case Unresolved(text):
            return ast.Name(f"<{text or 'unknown'}>")
        case ListValue(items):
            return ast.List([canonical(item, transparent, depth - 1) for item in items])
        case DictValue():
            return ast.Name("<dictionary>")
    if depth <= 0:
        return ast.Name("…")
    node = copy.copy(value.node)
    return _Replace(value.scope, transparent, depth - 1).generic_visit(node)  # type: ignore[return-value]


# These hold no local names of the function, or names of their own.
_UNCHANGED = (
    *(ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    *(ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp),
)


class _Replace(ast.NodeTransformer):
    def __init__(self, scope: Scope, transparent: Transparent, depth: int) -> None:
        self.scope, self.transparent, self.depth = scope, transparent, depth

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _UNCHANGED):
            return node
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            return canonical(Expression(node, self.scope), self.transparent, self.depth)
        return self.generic_visit(copy.copy(node))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        # The inherited method writes into the lists of the tree that it gets, which others share.
        for name, old in ast.iter_fields(node):
            if isinstance(old, list):
                setattr(node, name, [self.visit(x) if isinstance(x, ast.AST) else x for x in old])
            elif isinstance(old, ast.AST):
                setattr(node, name, self.visit(old))
        return node


def canonical_text(value: Value, transparent: Transparent | None = None) -> str:
    """The canonical expression of a value as text."""
    return ast.unparse(canonical(value, transparent or Transparent()))
