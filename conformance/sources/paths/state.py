"""What is known at one point of one path through a function."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.reading.nodes import mutated_by, targets_in
from conformance.sources.values.mutation import after_assignment
from conformance.sources.values.value import Scope, Unresolved


@dataclass(frozen=True, eq=False)
class State:
    """What names stand for at one point of a path, and what the path assumes."""

    scope: Scope
    assumptions: Assumptions = field(default_factory=Assumptions)


def assign(target: ast.expr, value: ast.expr, state: State) -> State:
    """The state after `target = value`."""
    assumptions = state.assumptions
    for name in targets_in(target):
        assumptions = assumptions.forget(name)
    return State(after_assignment(target, value, state.scope), assumptions)


def unresolve(nodes: Sequence[ast.AST], state: State, reason: str) -> State:
    """The state in which every name that the nodes assign or mutate is `Unresolved(reason)`."""
    scope, assumptions = state.scope, state.assumptions
    for node in nodes:
        for part in ast.walk(node):
            names = set()
            if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store):
                names = {ast.unparse(part)}
            elif isinstance(part, ast.MatchAs | ast.ExceptHandler) and part.name:
                names = {part.name}
            elif isinstance(mutated := mutated_by(part), ast.Name):
                names = {mutated.id} & scope.local
            for name in names:
                scope = scope.bind(name, Unresolved(name, reason))
                assumptions = assumptions.forget(name)
    return State(scope, assumptions)
