"""Python's operators inside a kernel, as Triton's code generator reads them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from conformance.lockstep.language.recipes import applied
from conformance.lockstep.operations.builder import SEMANTIC
from conformance.lockstep.values.divergence import agreed
from conformance.lockstep.values.tensor import Tensor
from conformance.triton_internals import constexpr, core, tl, unwrap


def plain(value: Any) -> Any:
    """The value of a constexpr; anything else as it is."""
    return value.value if isinstance(value, constexpr) else value


def _binary(forward: str, reflected: str, python: Callable) -> Callable:
    apply_forward, apply_reflected = getattr(tl.tensor, forward), getattr(tl.tensor, reflected)

    def apply(left: Any, right: Any) -> Any:
        if isinstance(left, constexpr):
            left = left.value
        if isinstance(right, constexpr):
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


def truth(value: Any) -> bool:
    """The truth of a condition; raises ``Divergence`` if programs disagree."""
    condition = getattr(core, "condition", None)
    if condition is not None and isinstance(value, condition):
        value = value.condition
    return bool(agreed(value.handle.data)) if isinstance(value, tl.tensor) else bool(plain(value))


def chained(names: tuple[str, ...], *operands: Any) -> Any:
    """``a < b < c``; ``names`` are those of the AST's comparison nodes."""
    result: Any = True
    for name, left, right in zip(names, operands, operands[1:], strict=False):
        result = conjunction(result, BINARY[name](left, right))
        if decides(result, False):
            break
    return result


def decides(value: Any, outcome: bool) -> bool:
    """Whether ``value`` is known before the kernel runs and its truth is ``outcome``."""
    return not isinstance(value, tl.tensor) and bool(plain(value)) is outcome


def conjunction(left: Any, right: Any) -> Any:
    """``left and right``, where ``left`` does not decide."""
    if not isinstance(left, tl.tensor):
        return right
    if not isinstance(right, tl.tensor):
        return left if plain(right) else right
    return applied(tl.tensor.logical_and, left, right)


def disjunction(left: Any, right: Any) -> Any:
    """``left or right``, where ``left`` does not decide."""
    if not isinstance(left, tl.tensor):
        return right
    if not isinstance(right, tl.tensor):
        return right if plain(right) else left
    return applied(tl.tensor.logical_or, left, right)


def subscript(value: Any, index: Any) -> Any:
    """``value[index]``"""
    if isinstance(value, tl.tensor):
        index = list(index) if isinstance(index, tuple) else index
        return applied(tl.tensor.__getitem__, value, index)
    if isinstance(index, tl.tensor):
        index = index.__index__()
    return plain(value)[unwrap(index)]


def slice_of(*bounds: Any) -> slice:
    """``bounds[0]:bounds[1]:bounds[2]``"""
    return slice(*[plain(bound) for bound in bounds])


_NUMBERS = (bool, int, float)


def _number(value: Any, _semantic: Any) -> Any:
    return _semantic.to_tensor(value)


def assigned(value: Any) -> Any:
    """What a name is bound to: numbers become tensors, as in compiled code."""
    if type(value) is Tensor:
        return value
    if type(value) in _NUMBERS:
        return applied(_number, value)
    return SEMANTIC.to_tensor(value, False)


def unpacked(value: Any) -> Any:
    """What a tuple of names is bound to."""
    return tuple(
        unpacked(each) if isinstance(each, tuple) else assigned(each) for each in plain(value)
    )


def attribute_value(owner: Any) -> Any:
    """``owner.value``, where constexpr arguments are plain values here."""
    return owner.value if hasattr(owner, "value") else owner
