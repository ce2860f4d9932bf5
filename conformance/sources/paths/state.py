"""What is known at one point of one path through a function."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.reading.nodes import mutated_by, names_in, targets_in
from conformance.sources.values.escapes import escaping, mentioned, without_escaped
from conformance.sources.values.mutation import after_assignment
from conformance.sources.values.value import Scope, Unresolved, Value


@dataclass(frozen=True, eq=False)
class State:
    """What names stand for at one point of a path, and what the path assumes."""

    scope: Scope
    assumptions: Assumptions = field(default_factory=Assumptions)


def assign(targets: Sequence[ast.expr], value: ast.expr, state: State) -> State:
    """The state after `target = value` for each target."""
    assumptions = state.assumptions
    for target in targets:
        for name in targets_in(target):
            assumptions = assumptions.forget(name)
    return State(after_assignment(targets, value, state.scope), assumptions)


def with_escapes(nodes: Sequence[ast.AST], state: State) -> State:
    """The state in which what the nodes may change is unresolved, if they are executed or not."""
    found = [value for node in nodes for value in escaping(node, state.scope, followed=False)]
    return unresolved(found, state)


def unresolved(found: Sequence[Value], state: State) -> State:
    """The state in which every name of these lists and dictionaries is unresolved."""
    reason = "it may be changed in a way that is not followed"
    return replace(state, scope=without_escaped(found, state.scope, reason))


def escapes(node: ast.AST, state: State) -> tuple[list[Value], list[Value]]:
    """What a statement may change: before its calls get their arguments, and after it.

    A list that is mentioned once is passed on as it was.
    """
    found = escaping(node, state.scope, followed=True)
    every = mentioned([node], state.scope) if found else []
    early = [value for value in found if every.count(value) > 1]
    return early, [value for value in found if every.count(value) <= 1]


def unresolve(nodes: Sequence[ast.AST], state: State, reason: str) -> State:
    """The state in which every name that the nodes assign or mutate is `Unresolved(reason)`."""
    scope, assumptions = state.scope, state.assumptions
    stored: set[str] = set()
    for node in nodes:
        for part in ast.walk(node):
            names = set()
            if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, _BINDING):
                names = {ast.unparse(part)}
            elif isinstance(part, ast.MatchAs | ast.ExceptHandler) and part.name:
                names = {part.name}
            stored |= names
            for name in names:
                scope = scope.bind(name, Unresolved(name, reason))
                assumptions = assumptions.forget(name)
    changed = [escaping(node, state.scope, followed=False) for node in nodes]
    if _changes_what_it_binds(nodes, stored):
        changed.append(mentioned(nodes, state.scope))
    for found in changed:
        scope = without_escaped(found, scope, reason)
    return State(scope, assumptions)


_BINDING = (ast.Store, ast.Del)


def _changes_what_it_binds(nodes: Sequence[ast.AST], stored: set[str]) -> bool:
    """Whether a list is changed under a name that the nodes bind: it may be any list in them."""
    for node in nodes:
        for part in ast.walk(node):
            changed = part.target if isinstance(part, ast.AugAssign) else mutated_by(part)
            if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store):
                changed = part.value
            if changed is not None and names_in(changed) & stored:
                return True
    return False
