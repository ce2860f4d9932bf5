"""What the arguments of calls mean, by the expressions that stand for them."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from conformance.sources.paths.conditions import Assumptions, branch
from conformance.sources.values.canonical import Transparent, canonical, subject
from conformance.sources.values.value import Value, Written

NONE = "None"
"""The meaning of the constant."""


@dataclass(frozen=True)
class Vocabulary:
    """The words of one package."""

    expressions: Mapping[str, str]
    """Canonical expressions with their meaning."""
    roles: Callable[[str, str], frozenset[str] | None]
    """The meanings that fit a parameter, from operator or kernel and parameter name; None if the
    parameter is not known."""
    through: Transparent = field(default_factory=Transparent)
    """Calls that change no meaning."""
    patterns: tuple[tuple[str, str], ...] = ()
    """Regular expressions for whole canonical expressions, with the meaning; the first counts."""
    options: frozenset[str] = frozenset()
    """Keywords of a launch that are no parameters of the kernel."""

    def meanings(
        self, value: Value, assumptions: Assumptions
    ) -> Iterator[tuple[str, str | None, Assumptions]]:
        """Each thing that the value may be: its expression, its meaning if that is known, and
        what is assumed."""
        for then, root in roots(value, self.through, assumptions):
            node = canonical(root, self.through)
            text = ast.unparse(node)
            is_none = isinstance(node, ast.Constant) and node.value is None
            yield text, NONE if is_none else self._meaning(text), then

    def _meaning(self, text: str) -> str | None:
        fitting = (meaning for pattern, meaning in self.patterns if re.fullmatch(pattern, text))
        return self.expressions.get(text) or next(fitting, None)


def roots(
    value: Value, through: Transparent, assumptions: Assumptions
) -> Iterator[tuple[Assumptions, Value]]:
    """The subjects of a value, with `a if test else b` taken apart on every level."""
    value = subject(value, through)
    if isinstance(value, Written) and isinstance(node := value.node, ast.IfExp):
        for truth, then in branch(node.test, value.scope, assumptions):
            chosen = Written(node.body if truth else node.orelse, value.scope)
            yield from roots(chosen, through, then)
    else:
        yield assumptions, value
