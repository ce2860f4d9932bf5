"""Python's operators inside a kernel, as Triton's code generator reads them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import triton.language as tl

from conformance.lockstep.language.conditions import conjunction, decides, truth
from conformance.lockstep.language.constants import plain
from conformance.lockstep.language.recipes import applied
from conformance.lockstep.values.tensor import Tensor

#: Operands beside a tensor that need no other look.
_SIMPLE = {Tensor, int, float}


def _binary(forward: str, reflected: str, python: Callable) -> Callable:
    apply_forward, apply_reflected = getattr(tl.tensor, forward), getattr(tl.tensor, reflected)

    def apply(left: Any, right: Any) -> Any:
        if type(left) is Tensor and type(right) in _SIMPLE:
            return applied(apply_forward, left, right)
        if isinstance(left, tl.constexpr):
            left = left.value
        if isinstance(right, tl.constexpr):
            right = right.value
        if isinstance(left, tl.tensor):
            return applied(apply_forward, left, right)
        if isinstance(right, tl.tensor):
            return applied(apply_reflected, right, left)
        return python(left, right)

    return apply


#: By name of the AST node.
BINARY: dict[str, Callable] = {
    "Add": _binary("__add__", "__radd__", operator.add),
    "Sub": _binary("__sub__", "__rsub__", operator.sub),
    "Mult": _binary("__mul__", "__rmul__", operator.mul),
    "Div": _binary("__truediv__", "__rtruediv__", operator.truediv),
    "FloorDiv": _binary("__floordiv__", "__rfloordiv__", operator.floordiv),
    "Mod": _binary("__mod__", "__rmod__", operator.mod),
    "LShift": _binary("__lshift__", "__rlshift__", operator.lshift),
    "RShift": _binary("__rshift__", "__rrshift__", operator.rshift),
    "BitAnd": _binary("__and__", "__rand__", operator.and_),
    "BitOr": _binary("__or__", "__ror__", operator.or_),
    "BitXor": _binary("__xor__", "__rxor__", operator.xor),
    "Eq": _binary("__eq__", "__eq__", operator.eq),
    "NotEq": _binary("__ne__", "__ne__", operator.ne),
    "Lt": _binary("__lt__", "__gt__", operator.lt),
    "LtE": _binary("__le__", "__ge__", operator.le),
    "Gt": _binary("__gt__", "__lt__", operator.gt),
    "GtE": _binary("__ge__", "__le__", operator.ge),
    "Pow": lambda left, right: plain(left) ** plain(right),
    "MatMult": lambda left, right: plain(left) @ plain(right),
    "Is": lambda left, right: plain(left) is plain(right),
    "IsNot": lambda left, right: plain(left) is not plain(right),
    "In": lambda left, right: plain(left) in plain(right),
    "NotIn": lambda left, right: plain(left) not in plain(right),
}


def negative(value: Any) -> Any:
    """``-value``"""
    return applied(tl.tensor.__neg__, value) if isinstance(value, tl.tensor) else -plain(value)


def invert(value: Any) -> Any:
    """``~value``"""
    return applied(tl.tensor.__invert__, value) if isinstance(value, tl.tensor) else ~plain(value)


def positive(value: Any) -> Any:
    """``+value``"""
    return value if isinstance(value, tl.tensor) else +plain(value)


def _not(value: Any, _semantic: Any) -> Any:
    return _semantic.not_(value)


def negation(value: Any) -> Any:
    """``not value``"""
    return applied(_not, value) if isinstance(value, tl.tensor) else not truth(value)


UNARY: dict[str, Callable] = {"USub": negative, "Invert": invert, "UAdd": positive, "Not": negation}


def chained(names: tuple[str, ...], *operands: Any) -> Any:
    """``a < b < c``; ``names`` are those of the AST's comparison nodes."""
    result: Any = True
    for name, left, right in zip(names, operands, operands[1:], strict=False):
        result = conjunction(result, BINARY[name](left, right))
        if decides(result, False):
            break
    return result
