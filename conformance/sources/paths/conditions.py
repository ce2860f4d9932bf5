"""Under which assumptions a way through a function is taken."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from conformance.sources.values.canonical import text_of
from conformance.sources.values.resolve import resolve
from conformance.sources.values.value import Scope, Several, Value, Written


@dataclass(frozen=True)
class Assumption:
    """A test that came out true or false."""

    text: str
    truth: bool
    equal: tuple[str, str] | None = None
    """For a comparison with a constant: what is compared, and the constant."""

    def __str__(self) -> str:
        return self.text if self.truth else f"not ({self.text})"


@dataclass(frozen=True)
class Assumptions:
    """What was assumed on a way so far. Two tests of the same text are taken to agree."""

    known: Mapping[str, Assumption] = field(default_factory=dict)

    def truth(self, assumption: Assumption) -> bool | None:
        """What is already known about a test."""
        if found := self.known.get(assumption.text):
            return found.truth
        for other in self.known.values():
            if assumption.equal and other.equal and other.truth:
                same, value = zip(assumption.equal, other.equal, strict=True)
                if same[0] == same[1] and value[0] != value[1]:
                    return False
        return None

    def assume(self, assumption: Assumption) -> "Assumptions":
        return Assumptions({**self.known, assumption.text: assumption})

    def forget(self, name: str) -> "Assumptions":
        """Without what was assumed about a name whose value was not known and is another now.

        Of other names the assumptions hold the values and not the names.
        """
        kept = {text: a for text, a in self.known.items() if f"<{name}>" not in text}
        return self if len(kept) == len(self.known) else Assumptions(kept)

    def texts(self) -> tuple[str, ...]:
        return tuple(str(assumption) for assumption in self.known.values())


def branch(
    test: ast.expr, scope: Scope, assumptions: Assumptions
) -> Iterator[tuple[bool, Assumptions]]:
    """The ways in which a test may come out, given what is assumed."""
    if isinstance(test, ast.NamedExpr):
        test = test.target
    value = Written(test, scope)
    if isinstance(test, ast.Name):
        found = resolve(value)
        plain = ast.Name | ast.Attribute | ast.UnaryOp | ast.BoolOp | ast.Compare | ast.Constant
        if isinstance(found, Written) and isinstance(found.node, plain):
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
    waiting = [assumptions]
    for operand in test.values:
        going_on = []
        for before in waiting:
            for truth, then in branch(operand, scope, before):
                if truth == stops:
                    yield stops, then
                else:
                    going_on.append(then)
        waiting = going_on
    yield from ((not stops, then) for then in waiting)


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
        left, right = (Written(node, scope) for node in (test.left, test.comparators[0]))
        if isinstance(test.ops[0], ast.Is) and (known := _is_none(left, right)) is not None:
            yield known != flipped, assumptions
            return
        constant = resolve(right)
        if isinstance(test.ops[0], ast.Eq) and _is_constant(constant):
            equal = (text_of(left), text_of(constant))
    assumption = Assumption(text_of(Written(test, scope)), True, equal)
    known = assumptions.truth(assumption)
    for truth in (True, False) if known is None else (known,):
        made = Assumption(assumption.text, truth, equal)
        yield truth != flipped, assumptions.assume(made) if known is None else assumptions


def _is_none(left: Value, right: Value) -> bool | None:
    left, right = resolve(left), resolve(right)
    if not (_is_constant(right) and isinstance(right, Written)):
        return None
    if isinstance(right.node, ast.Constant) and right.node.value is not None:
        return None
    if _is_constant(left) and isinstance(left, Written) and isinstance(left.node, ast.Constant):
        return left.node.value is None
    if isinstance(left, Several):
        return False
    made = ast.BinOp | ast.Compare | ast.JoinedStr
    return False if isinstance(left, Written) and isinstance(left.node, made) else None


def _is_constant(value: Value) -> bool:
    return isinstance(value, Written) and isinstance(value.node, ast.Constant)


def alternatives(value: Value, assumptions: Assumptions) -> Iterator[tuple[Assumptions, Value]]:
    """The values of an expression that may be one or the other, with what each assumes."""
    value = resolve(value)
    if isinstance(value, Written) and isinstance(node := value.node, ast.IfExp):
        for truth, then in branch(node.test, value.scope, assumptions):
            chosen = Written(node.body if truth else node.orelse, value.scope)
            yield from alternatives(chosen, then)
    else:
        yield assumptions, value
