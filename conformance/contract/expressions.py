"""Conditions and sizes over names, written as text."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from conformance.contract import arithmetic
from conformance.contract.mistake import ContractMistake

MOST_CHARACTERS = 2000
MOST_PARTS = 400
DEEPEST = 40
"""Limits of an expression: its text, its names, numbers and operations, and how deep they nest."""

_COMPARISONS = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}
_ARITHMETIC = {
    ast.Add: arithmetic.ADD,
    ast.Sub: arithmetic.SUBTRACT,
    ast.Mult: arithmetic.MULTIPLY,
    ast.FloorDiv: arithmetic.DIVIDE,
    ast.Mod: arithmetic.REMAINDER,
    ast.Pow: arithmetic.POWER,
}


@dataclass(frozen=True)
class Expression:
    """A condition over names, written as text: comparisons, arithmetic, ``and``/``or``/``not``.

    A name of leading dimensions stands for their product. Raises ``ValueError`` for text that is
    anything else, or longer, deeper or about larger numbers than the limits of this module and of
    :mod:`conformance.contract.arithmetic` allow; nothing is ever executed, and every expression
    comes to an end at once.
    """

    text: str

    def __post_init__(self) -> None:
        _parsed(self.text)

    def names(self) -> frozenset[str]:
        """The names that the expression reads."""
        return _names(self.text)

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether the condition is true.

        Raises ``KeyError`` for a name without a value, ``TypeError`` for values that cannot be
        compared, and ``ArithmeticError`` for a division by zero or a number beyond the limits.
        """
        return bool(_evaluate(_parsed(self.text), values))

    def size(self, values: Mapping[str, object]) -> int:
        """The number that the expression comes to.

        Raises ``KeyError`` for a name without one, and :class:`ContractMistake` if it comes to no
        integer.
        """
        try:
            found = _evaluate(_parsed(self.text), values)
        except (ArithmeticError, TypeError) as error:
            found = f"{type(error).__name__}: {error}"
        if isinstance(found, int) and not isinstance(found, bool):
            return found
        sizes = {name: values[name] for name in sorted(self.names())}
        problem = f"comes to {found}, where the sizes are {sizes}"
        raise ContractMistake(
            "", f"size {self.text}", problem, "write one that is an integer for all sizes"
        )

    @property
    def is_number(self) -> bool:
        """Whether it can come to a number: it is no condition and no text."""
        body = _parsed(self.text)
        truth = ast.Compare | ast.BoolOp
        inside = (isinstance(node, truth | ast.Not) for node in ast.walk(body))
        texts = (isinstance(n, ast.Constant) and isinstance(n.value, str) for n in ast.walk(body))
        return not any(inside) and not any(texts)


def _short(text: str) -> str:
    """A text as a message quotes it."""
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def _source(node: ast.expr, text: str) -> str:
    """The part of the text that a node was read from."""
    return ast.get_source_segment(text, node) or type(node).__name__


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ast.expr:
    """The syntax tree of an expression. Raises ``ValueError`` as :class:`Expression` says."""
    if len(text) > MOST_CHARACTERS:
        limit = f"{MOST_CHARACTERS} characters"
        raise ValueError(f"{_short(text)} is no expression: it has more than {limit}")
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(f"not an expression: {_short(text)}") from error
    _check(body, text)
    return body


@lru_cache(maxsize=1024)
def _names(text: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name))


def _check(body: ast.expr, text: str) -> None:
    """Raise ``ValueError`` for what an expression may not hold."""
    waiting = [(body, 1)]
    parts = 0
    while waiting:
        node, depth = waiting.pop()
        parts += 1
        if parts > MOST_PARTS:
            raise ValueError(f"{_short(text)}: an expression has at most {MOST_PARTS} parts")
        if depth > DEEPEST:
            raise ValueError(f"{_short(text)}: an expression is at most {DEEPEST} levels deep")
        waiting += [(child, depth + 1) for child in _children(node, text)]
    _compute_constants(body, text)


def _children(node: ast.expr, text: str) -> list[ast.expr]:
    match node:
        case ast.Name():
            return []
        case ast.Constant(value=value):
            if not isinstance(value, int | float | str):
                raise ValueError(f"{_short(text)}: only numbers and strings may be constants")
            if not isinstance(value, str) and not arithmetic.finite(value):
                raise ValueError(f"{_short(text)}: a number in an expression is too large")
            return []
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            return [node.left, node.right]
        case ast.Compare() if all(type(op) in _COMPARISONS for op in node.ops):
            return [node.left, *node.comparators]
        case ast.BoolOp():
            return node.values
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            return [node.operand]
    part = _short(_source(node, text))
    raise ValueError(f"{_short(text)}: {part} is not allowed in an expression")


def _compute_constants(node: ast.expr, text: str) -> bool:
    """Whether no name is read. Raises ``ValueError`` for arithmetic of constants that goes wrong.

    So whoever writes ``T ** 9 ** 9 ** 9`` hears of it at once, and not when a case is asked.
    """
    constants = [_compute_constants(child, text) for child in _children(node, text)]
    if isinstance(node, ast.Name) or not all(constants):
        return False
    if isinstance(node, ast.BinOp | ast.UnaryOp):
        try:
            _evaluate(node, {})
        except (ArithmeticError, TypeError) as error:
            part = _short(_source(node, text))
            raise ValueError(f"{_short(text)}: {part} in this expression: {error}") from error
    return True


def _evaluate(node: ast.expr, values: Mapping[str, object]):
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            found = values[name]
            return prod(found) if isinstance(found, tuple) else found
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_evaluate(left, values), _evaluate(right, values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _evaluate(operand, values)
        case ast.UnaryOp(operand=operand):
            return arithmetic.negative(_evaluate(operand, values))
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_evaluate(part, values) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_evaluate(part, values) for part in parts)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            a = _evaluate(left, values)
            for comparison, comparator in zip(ops, comparators, strict=True):
                b = _evaluate(comparator, values)
                if not _COMPARISONS[type(comparison)](a, b):
                    return False
                a = b
            return True
    raise AssertionError(ast.dump(node))
