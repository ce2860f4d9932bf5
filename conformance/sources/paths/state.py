"""What is known at one point on one way through a function."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.sources.paths.conditions import Assumptions
from conformance.sources.reading.nodes import changed_by, targets_in
from conformance.sources.values.mutation import after_assignment
from conformance.sources.values.value import Scope, Unresolved


@dataclass(frozen=True, eq=False)
class State:
    """One point on one way."""

    scope: Scope
    assumptions: Assumptions = field(default_factory=Assumptions)


def assigned(target: ast.expr, value: ast.expr, state: State) -> State:
    """The state after `target = value`."""
    assumptions = state.assumptions
    for name in targets_in(target):
        assumptions = assumptions.forget(name)
    return State(after_assignment(target, value, state.scope), assumptions)


def opaque(nodes: Sequence[ast.AST], state: State, reason: str) -> State:
    """The state in which the names that the nodes change are unknown."""
    scope, assumptions = state.scope, state.assumptions
    for node in nodes:
        for part in ast.walk(node):
            names = set()
            if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store):
                names = {ast.unparse(part)}
            elif isinstance(part, ast.MatchAs | ast.ExceptHandler) and part.name:
                names = {part.name}
            elif isinstance(changed := changed_by(part), ast.Name):
                names = {changed.id} & scope.local
            for name in names:
                scope = scope.bind(name, Unresolved(name, reason))
                assumptions = assumptions.forget(name)
    return State(scope, assumptions)
