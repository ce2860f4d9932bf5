"""What arguments mean: a vocabulary maps canonical expressions to meanings."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.paths.branches import branch
from conformance.sources.values.canonical import Transparent, canonical, unwrap
from conformance.sources.values.value import Expression, Value

NONE = "None"
"""The meaning of the constant `None`."""


@dataclass(frozen=True)
class Vocabulary:
    """The expressions that one package uses, and what they mean."""

    expressions: Mapping[str, str]
    """The meaning of each canonical expression."""
    roles: Callable[[str, str], frozenset[str] | None]
    """The meanings that fit a parameter, given the name of the operator or kernel and the name of
    the parameter; None if the parameter is unknown."""
    transparent: Transparent = field(default_factory=Transparent)
    """Calls that do not change a meaning."""
    patterns: tuple[tuple[str, str], ...] = ()
    """Regular expressions with the meaning of the canonical expressions that they match in full.
    The first one that matches counts."""
    options: frozenset[str] = frozenset()
    """Keywords of launches that are not parameters of kernels."""

    def meanings(
        self, value: Value, assumptions: Assumptions
    ) -> Iterator[tuple[str, str | None, Assumptions]]:
        """For each value that `value` can have: its canonical expression, its meaning, and what is
        assumed for it. The meaning is None if it is unknown."""
        for then, inner in unwrap_alternatives(value, self.transparent, assumptions):
            node = canonical(inner, self.transparent)
            text = ast.unparse(node)
            is_none = isinstance(node, ast.Constant) and node.value is None
            yield text, NONE if is_none else self._meaning(text), then

    def _meaning(self, text: str) -> str | None:
        fitting = (meaning for pattern, meaning in self.patterns if re.fullmatch(pattern, text))
        return self.expressions.get(text) or next(fitting, None)


def unwrap_alternatives(
    value: Value, transparent: Transparent, assumptions: Assumptions
) -> Iterator[tuple[Assumptions, Value]]:
    """Every value that `value` can have, without transparent calls around it.

    `a if test else b` is split, also where it stands inside a transparent call.
    """
    value = unwrap(value, transparent)
    if isinstance(value, Expression) and isinstance(node := value.node, ast.IfExp):
        for truth, then in branch(node.test, value.scope, assumptions):
            chosen = Expression(node.body if truth else node.orelse, value.scope)
            yield from unwrap_alternatives(chosen, transparent, then)
    else:
        yield assumptions, value
