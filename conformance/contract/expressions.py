"""Conditions and sizes over names, written as text."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import prod

from conformance.contract.mistake import ContractMistake

_COMPARISONS = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}
_ARITHMETIC = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b,
}


@dataclass(frozen=True)
class Expression:
    """A condition over names, written as text: comparisons, arithmetic, ``and``/``or``/``not``.

    A name of leading dimensions stands for their product. Raises ``ValueError`` for text that is
    anything else; nothing is ever executed.
    """

    text: str

    def __post_init__(self) -> None:
        try:
            tree = ast.parse(self.text, mode="eval")
        except SyntaxError as error:
            raise ValueError(f"not an expression: {self.text!r}") from error
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and not isinstance(node.value, int | float | str):
                raise ValueError(f"{self.text!r}: only numbers and strings may be constants")
        _check(tree.body, self.text)

    def names(self) -> frozenset[str]:
        """The names that the expression reads."""
        return _names(self.text)

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether the condition is true. Raises ``KeyError`` for a name without a value."""
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


@lru_cache(maxsize=1024)
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


@lru_cache(maxsize=1024)
def _names(text: str) -> frozenset[str]:
    return frozenset(node.id for node in ast.walk(_parsed(text)) if isinstance(node, ast.Name))


def _check(node: ast.expr, text: str) -> None:
    match node:
        case ast.Constant() | ast.Name():
            return
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            children = [node.left, node.right]
        case ast.Compare() if all(type(op) in _COMPARISONS for op in node.ops):
            children = [node.left, *node.comparators]
        case ast.BoolOp():
            children = node.values
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            children = [node.operand]
        case _:
            raise ValueError(f"{text!r}: {ast.unparse(node)!r} is not allowed in an expression")
    for child in children:
        _check(child, text)


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
            return -_evaluate(operand, values)
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
