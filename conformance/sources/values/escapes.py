"""Lists and dictionaries that a statement may change in a way that nobody follows.

What changes a list where it is made (`a.append(x)`, `a[0] = x`, `a += [x]`, `del a[0]`) is followed
by :mod:`conformance.sources.values.mutation`. Everything else that might change one makes it
unresolved: it is passed to a function, a method of it is called inside an expression, a nested
function captures it.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import lru_cache

from conformance.sources.reading.nodes import READING_METHODS
from conformance.sources.values.mutation import replaced
from conformance.sources.values.resolve import resolve
from conformance.sources.values.value import (
    DictValue,
    Expression,
    ListValue,
    Scope,
    Unresolved,
    Value,
)

_PURE = frozenset(
    {"len", "list", "tuple", "dict", "set", "zip", "enumerate", "sorted", "reversed", "sum", "min",
     "max", "any", "all", "isinstance", "print", "str", "repr", "range", "iter", "map", "filter"}
)  # fmt: skip
"""Functions of Python that change no argument."""

_DISPLAYS = (ast.List, ast.Tuple, ast.Dict, ast.Set)
_ALIASING = (ast.IfExp, ast.BoolOp, ast.NamedExpr, *_DISPLAYS)
"""Expressions whose value holds, or is, the list that stands in them."""

_TAKING_APART = (ast.Subscript, ast.comprehension, ast.For, ast.AsyncFor)
"""What gives other names to the items of a list."""


def escaping(node: ast.AST, scope: Scope, *, followed: bool) -> list[Value]:
    """The known lists and dictionaries that ``node`` may change in a way that is not followed.

    With ``followed``, the change that the statement itself makes is left out.
    """
    own = _changed_by_statement(node, scope) if followed else None
    found: list[Value] = []
    names, parents = _names_of(node)
    for part, text in names:
        if text not in scope.names or part is own:
            continue
        values = _containers(scope.names[text])
        if _may_change(part, parents, own) or (not followed and _is_changed(part, parents)):
            found += values
        if isinstance(parents.get(part), _TAKING_APART):
            found += _nested(resolve(scope.names[text]))
    return found


@lru_cache(maxsize=4096)  # many paths come to the same statement
def _names_of(
    node: ast.AST,
) -> tuple[list[tuple[ast.Name | ast.Attribute, str]], dict[ast.AST, ast.AST]]:
    """The names and dotted attributes of a node, and the parent of each node in it."""
    parts = list(ast.walk(node))
    parents = {child: part for part in parts for child in ast.iter_child_nodes(part)}
    names = [part for part in parts if isinstance(part, ast.Name | ast.Attribute)]
    return [(part, ast.unparse(part)) for part in names], parents


def mentioned(nodes: Sequence[ast.AST], scope: Scope) -> list[Value]:
    """Every known list and dictionary whose name occurs in the nodes."""
    texts = [text for node in nodes for _, text in _names_of(node)[0]]
    return [v for text in texts if text in scope.names for v in _containers(scope.names[text])]


def without_escaped(found: Sequence[Value], scope: Scope, reason: str) -> Scope:
    """The scope in which every name of these lists and dictionaries is unresolved."""
    for value in found:
        scope = replaced(value, Unresolved("", reason), scope)
    return scope


def _containers(value: Value) -> list[Value]:
    """The lists and dictionaries that can be changed and that a value is, or may be."""
    value = resolve(value)
    if isinstance(value, Expression):
        node, scope = value.node, value.scope
        parts = node.values if isinstance(node, ast.BoolOp) else []
        parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else parts
        return [inner for part in parts for inner in _containers(Expression(part, scope))]
    is_list = isinstance(value, ListValue) and not value.is_tuple
    return [value] if is_list or isinstance(value, DictValue) else []


def _changed_by_statement(node: ast.AST, scope: Scope) -> ast.AST | None:
    """`a` of the statement `a.append(x)`, where `a` is a known list or dictionary."""
    if not isinstance(node, ast.Expr) or not isinstance(call := node.value, ast.Call):
        return None
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    bound = scope.names.get(ast.unparse(owner)) if owner else None
    return owner if bound and _containers(bound) == [resolve(bound)] else None


def _may_change(part: ast.expr, parents: dict[ast.AST, ast.AST], own: ast.AST | None) -> bool:
    """Whether the list that ``part`` stands for may be changed by what stands around it."""
    parent = parents.get(part)
    while isinstance(parent, _ALIASING):
        part, parent = parent, parents.get(parent)
    if isinstance(part, _DISPLAYS) and isinstance(parent, _TAKING_APART):
        return True
    if isinstance(parent, ast.Attribute):
        call = parents.get(parent)
        is_called = isinstance(call, ast.Call) and call.func is parent
        return not is_called or parent.attr not in READING_METHODS
    if isinstance(parent, ast.Assign):
        return any(isinstance(target, ast.Subscript) for target in parent.targets)
    if isinstance(parent, ast.keyword):
        if parent.arg is None:
            return False
        parent = parents.get(parent)
    if isinstance(parent, ast.Call) and part is not parent.func:
        function = ast.unparse(parent.func)
        is_own = isinstance(parent.func, ast.Attribute) and parent.func.value is own
        return not is_own and function not in _PURE and not function.startswith("torch.")
    return False


def _is_changed(part: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether an item of ``part`` is set or deleted, or `part += …` changes it."""
    parent = parents.get(part)
    if isinstance(parent, ast.Subscript):
        return not isinstance(parent.ctx, ast.Load)
    return isinstance(parent, ast.AugAssign) and parent.target is part


def _nested(value: Value) -> Iterator[Value]:
    """The lists and dictionaries that stand for items of one, at any depth."""
    if not isinstance(value, ListValue | DictValue):
        return
    items = value.items if isinstance(value, ListValue) else value.items.values()
    for item in items:
        inner = resolve(item) if isinstance(item, Expression) else item
        if isinstance(inner, ListValue | DictValue):
            yield inner
        yield from _nested(inner)
