"""Arithmetic that always ends at once: numbers of bounded size, and nothing but numbers."""

import math
from collections.abc import Callable

LARGEST_BITS = 2048
"""Bits of the largest integer that arithmetic gives: the product of any sizes of a case fits."""

Number = int | float


def _checked(value: Number) -> Number:
    if isinstance(value, int) and value.bit_length() > LARGEST_BITS:
        raise OverflowError(f"a number has more than {LARGEST_BITS} bits")
    return value


def _number(value: object) -> Number:
    if not isinstance(value, int | float):
        raise TypeError(f"arithmetic is for numbers, and {value!r:.40} is none")
    return _checked(value)


def _power(base: Number, exponent: Number) -> Number:
    """``base ** exponent``. Raises :class:`OverflowError` before a large number is made."""
    if isinstance(base, int) and isinstance(exponent, int):
        if exponent > 0 and (base.bit_length() - 1) * exponent > LARGEST_BITS:
            raise OverflowError(f"a number has more than {LARGEST_BITS} bits")
        # One bit more for each factor at most, so that this is less than twice the limit.
        if abs(base) > 1 and exponent > LARGEST_BITS:
            raise OverflowError(f"a number has more than {LARGEST_BITS} bits")
    found = base**exponent
    if isinstance(found, complex):
        raise ArithmeticError(f"{base} to the power of {exponent} is no real number")
    return found


def bounded(operation: Callable[[Number, Number], Number]) -> Callable[[object, object], Number]:
    """An operation on two numbers.

    It raises ``TypeError`` for what is no number, and ``OverflowError`` for an integer of more than
    :data:`LARGEST_BITS` bits that goes in or comes out.
    """
    return lambda a, b: _checked(operation(_number(a), _number(b)))


ADD = bounded(lambda a, b: a + b)
SUBTRACT = bounded(lambda a, b: a - b)
MULTIPLY = bounded(lambda a, b: a * b)
DIVIDE = bounded(lambda a, b: a // b)
REMAINDER = bounded(lambda a, b: a % b)
POWER = bounded(_power)


def negative(value: object) -> Number:
    """``-value``. Raises as :func:`bounded` says."""
    return -_number(value)


def finite(value: object) -> bool:
    """Whether a constant may stand in an expression: a bounded integer, or a finite float."""
    if isinstance(value, int):
        return value.bit_length() <= LARGEST_BITS
    return isinstance(value, float) and math.isfinite(value)
