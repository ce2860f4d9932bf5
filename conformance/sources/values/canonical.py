"""An expression with its local names replaced, and what changes no meaning taken away."""

import ast
import copy
from dataclasses import dataclass

from conformance.sources.reading.nodes import last_name
from conformance.sources.values.resolve import resolve
from conformance.sources.values.value import (
    Global,
    Keyed,
    Parameter,
    Scope,
    Several,
    Unresolved,
    Value,
    Written,
)

DEPTH = 12


@dataclass(frozen=True)
class Transparent:
    """Calls that hand on their subject: `x.method(...)` and `function(x, ...)` count as `x`.

    Functions are given by the last part of their name.
    """

    methods: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()


def subject(value: Value, through: Transparent) -> Value:
    """What remains of a value after its transparent calls."""
    for _ in range(64):
        value = resolve(value)
        inner = _inside(value, through)
        if inner is None:
            return value
        value = inner
    return value


def _inside(value: Value, through: Transparent) -> Value | None:
    if not isinstance(value, Written) or not isinstance(node := value.node, ast.Call):
        return None
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in through.methods:
        return Written(function.value, value.scope)
    if (
        last_name(function) in through.functions
        and node.args
        and not isinstance(node.args[0], ast.Starred)
    ):
        return Written(node.args[0], value.scope)
    return None


def canonical(value: Value, through: Transparent, depth: int = DEPTH) -> ast.expr:
    """The expression of a value in terms of parameters, attributes and globals only."""
    value = subject(value, through)
    match value:
        case Parameter(name) | Global(name):
            return ast.Name(name)
        case Unresolved(text):
            return ast.Name(f"<{text or 'unknown'}>")
        case Several(items):
            return ast.List([canonical(item, through, depth - 1) for item in items])
        case Keyed():
            return ast.Name("<dictionary>")
    if depth <= 0:
        return ast.Name("…")
    node = copy.copy(value.node)
    return _Replace(value.scope, through, depth - 1).generic_visit(node)  # type: ignore[return-value]


# Nodes without names of the function, or with names of their own.
_UNCHANGED = (
    *(ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    *(ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp),
)


class _Replace(ast.NodeTransformer):
    def __init__(self, scope: Scope, through: Transparent, depth: int) -> None:
        self.scope, self.through, self.depth = scope, through, depth

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _UNCHANGED):
            return node
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            return canonical(Written(node, self.scope), self.through, self.depth)
        return self.generic_visit(copy.copy(node))

    def generic_visit(self, node: ast.AST) -> ast.AST:
        # The stock one writes into the lists of the tree that it is given.
        for name, old in ast.iter_fields(node):
            if isinstance(old, list):
                setattr(node, name, [self.visit(x) if isinstance(x, ast.AST) else x for x in old])
            elif isinstance(old, ast.AST):
                setattr(node, name, self.visit(old))
        return node


def text_of(value: Value, through: Transparent | None = None) -> str:
    """The canonical expression as text."""
    return ast.unparse(canonical(value, through or Transparent()))
