"""The outcomes that a test can have, and what a path assumes for each of them."""

import ast
from collections.abc import Iterator

from conformance.sources.paths.assumptions import Assumption, Assumptions
from conformance.sources.values.canonical import canonical_text
from conformance.sources.values.resolve import resolve
from conformance.sources.values.value import Expression, ListValue, Scope, Value


def branch(
    test: ast.expr, scope: Scope, assumptions: Assumptions
) -> Iterator[tuple[bool, Assumptions]]:
    """Each outcome that a test can have under the assumptions, with what is assumed after it."""
    if isinstance(test, ast.NamedExpr):
        test = test.target
    value = Expression(test, scope)
    if isinstance(test, ast.Name):
        found = resolve(value)
        plain = ast.Name | ast.Attribute | ast.UnaryOp | ast.BoolOp | ast.Compare | ast.Constant
        if isinstance(found, Expression) and isinstance(found.node, plain):
            test, scope = found.node, found.scope
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from ((not truth, then) for truth, then in branch(test.operand, scope, assumptions))
    elif isinstance(test, ast.BoolOp):
        yield from _short_circuit(test, scope, assumptions)
    elif isinstance(test, ast.Constant):
        yield bool(test.value), assumptions
    else:
        yield from _atom(test, scope, assumptions)


def _short_circuit(
    test: ast.BoolOp, scope: Scope, assumptions: Assumptions
) -> Iterator[tuple[bool, Assumptions]]:
    stops = isinstance(test.op, ast.Or)
    open_paths = [assumptions]
    for operand in test.values:
        continued = []
        for before in open_paths:
            for truth, then in branch(operand, scope, before):
                if truth == stops:
                    yield stops, then
                else:
                    continued.append(then)
        open_paths = continued
    yield from ((not stops, then) for then in open_paths)


_POSITIVE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.NotEq: ast.Eq,
    ast.IsNot: ast.Is,
    ast.NotIn: ast.In,
}


def _atom(
    test: ast.expr, scope: Scope, assumptions: Assumptions
) -> Iterator[tuple[bool, Assumptions]]:
    flipped, equal = False, None
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        operator = type(test.ops[0])
        flipped = operator in _POSITIVE
        test = ast.Compare(test.left, [_POSITIVE.get(operator, operator)()], test.comparators)
        left, right = (Expression(node, scope) for node in (test.left, test.comparators[0]))
        if isinstance(test.ops[0], ast.Is) and (known := _is_none(left, right)) is not None:
            yield known != flipped, assumptions
            return
        constant = resolve(right)
        if isinstance(test.ops[0], ast.Eq) and _is_constant(constant):
            equal = (canonical_text(left), canonical_text(constant))
    assumption = Assumption(canonical_text(Expression(test, scope)), True, equal)
    known = assumptions.truth(assumption)
    for truth in (True, False) if known is None else (known,):
        made = Assumption(assumption.text, truth, equal)
        yield truth != flipped, assumptions.assume(made) if known is None else assumptions


def _is_none(left: Value, right: Value) -> bool | None:
    left, right = resolve(left), resolve(right)
    if not (_is_constant(right) and isinstance(right, Expression)):
        return None
    if isinstance(right.node, ast.Constant) and right.node.value is not None:
        return None
    if _is_constant(left) and isinstance(left, Expression) and isinstance(left.node, ast.Constant):
        return left.node.value is None
    if isinstance(left, ListValue):
        return False
    made = ast.BinOp | ast.Compare | ast.JoinedStr
    return False if isinstance(left, Expression) and isinstance(left.node, made) else None


def _is_constant(value: Value) -> bool:
    return isinstance(value, Expression) and isinstance(value.node, ast.Constant)


def alternatives(value: Value, assumptions: Assumptions) -> Iterator[tuple[Assumptions, Value]]:
    """Every value that `a if test else b` can have, with what is assumed for it.

    Any other value is its own only alternative.
    """
    value = resolve(value)
    if isinstance(value, Expression) and isinstance(node := value.node, ast.IfExp):
        for truth, then in branch(node.test, value.scope, assumptions):
            chosen = Expression(node.body if truth else node.orelse, value.scope)
            yield from alternatives(chosen, then)
    else:
        yield assumptions, value
