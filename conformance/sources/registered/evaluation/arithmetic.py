"""Operators of Python on values."""

import ast
import operator
from collections.abc import Callable
from typing import Any

from conformance.sources.registered.values import Alternatives, Unknown, Value, is_known

BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: lambda a, b: a**b if abs(b) < 64 and abs(a) < 1 << 32 else None,
    ast.LShift: lambda a, b: a << b if b < 64 else None,
    ast.BitOr: operator.or_,
}
COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
}
_LARGEST = 1 << 16
"""Elements of a constant that is made by arithmetic."""


def computed(node: ast.expr, how: Callable | None, left: Value, right: Value) -> Value:
    """What an operator gives for two values; for alternatives, one of several results."""
    for one, other, swap in ((left, right, False), (right, left, True)):
        if isinstance(one, Alternatives):
            pairs = [(other, each) if swap else (each, other) for each in one.values]
            return Alternatives(tuple(computed(node, how, *pair) for pair in pairs))
    for each in (left, right):
        if isinstance(each, Unknown) and each.reason:
            return each
    constant = str | int | float | list | tuple | dict | None
    plain = isinstance(left, constant) and isinstance(right, constant)
    if how is None or not plain or not is_known(left) or not is_known(right):
        return Unknown(ast.unparse(node))
    try:
        value = how(left, right)
    except (TypeError, ValueError, ArithmeticError):
        return Unknown(ast.unparse(node))
    large = isinstance(value, str | list | tuple) and len(value) > _LARGEST
    return Unknown(ast.unparse(node)) if large else value
