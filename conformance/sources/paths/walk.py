"""The paths through a function, and what its names stand for at each call on each path."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.paths.branches import branch
from conformance.sources.paths.dependencies import ENDS, Dependencies, dependencies_of
from conformance.sources.paths.state import (
    State,
    assign,
    escapes,
    unresolve,
    unresolved,
    with_escapes,
)
from conformance.sources.reading.nodes import (
    Function,
    assigned_in,
    names_in,
    own_nodes,
    parameter_names,
)
from conformance.sources.reading.source import Source
from conformance.sources.values.mutation import after_call, after_change, after_deletion
from conformance.sources.values.value import ParameterValue, Scope, Value

MAX_PATHS = 3000
"""How many paths through one function are followed."""


class TooManyPaths(Exception):
    """More than `MAX_PATHS` paths lead through a function."""


@dataclass(frozen=True)
class Callbacks:
    """What is called at the calls, raises and returns of every path.

    A branch is forked only if it decides whether a relevant call is reached, or sets a name that
    such a call reads. `is_relevant` says which calls are; with `on_return`, returns are as well.
    """

    is_relevant: Callable[[ast.Call], bool]
    on_call: Callable[[ast.Call, State], None]
    on_raise: Callable[[ast.Raise, State], None] = lambda node, state: None
    on_return: Callable[[ast.Return, State], None] | None = None

    def is_relevant_node(self, node: ast.AST) -> bool:
        """Whether a node is a relevant call or return."""
        if isinstance(node, ast.Return):
            return self.on_return is not None
        return isinstance(node, ast.Call) and self.is_relevant(node)


def walk_paths(
    source: Source,
    function: Function,
    callbacks: Callbacks,
    given: dict[str, Value] | None = None,
    assumptions: Assumptions | None = None,
) -> None:
    """Walk every path through a function.

    `given` holds values of its parameters; a parameter without one is a `ParameterValue`. Every
    path starts with `assumptions`. Raises `TooManyPaths`.
    """
    names = parameter_names(function)
    values: dict[str, Value] = {name: ParameterValue(name) for name in names}
    local = frozenset(names) | assigned_in(function.body)
    scope = Scope(source, {**values, **(given or {})}, local)
    dependencies = dependencies_of(source.nodes_of(function), callbacks.is_relevant_node)
    start = State(scope, assumptions or Assumptions())
    _Walker(callbacks, dependencies).block(function.body, [start])


class _Walker:
    def __init__(self, callbacks: Callbacks, dependencies: Dependencies) -> None:
        self.callbacks, self.dependencies = callbacks, dependencies
        # Many paths come to the same statement.
        self.calls_in = cache(_calls_in)
        self.is_forked = cache(self._is_forked)

    def block(self, nodes: list[ast.stmt], states: list[State]) -> list[State]:
        """The states after the statements, one for each path that does not end inside."""
        for node in nodes:
            states = [after for state in states for after in self.statement(node, state)]
            if len(states) > MAX_PATHS:
                raise TooManyPaths
        return states

    def statement(self, node: ast.stmt, state: State) -> list[State]:
        match node:
            case ast.If():
                return self._if(node, self._calls(node.test, state))
            case ast.For() | ast.AsyncFor() | ast.While():
                return self._loop(node, state)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    state = self._calls(item.context_expr, state)
                return self.block(node.body, [unresolve(node.items, state, "bound by `with`")])
            case ast.Try() | ast.TryStar():
                return self._try(node, state)
            case ast.Match():
                return self._match(node, state)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return [_after_definition(node, state)]
        early, late = escapes(node, state)
        state = self._report(node, unresolved(early, state))
        if isinstance(node, ast.Raise):
            self.callbacks.on_raise(node, state)
        if isinstance(node, ast.Return) and self.callbacks.on_return:
            self.callbacks.on_return(node, state)
        if isinstance(node, ENDS):
            return []
        return [unresolved(late, after) for after in self._assign(node, state)]

    def _calls(self, node: ast.expr, state: State) -> State:
        """The state after an expression that is no statement, such as a test."""
        early, late = escapes(node, state)
        return unresolved(late, self._report(node, unresolved(early, state)))

    def _report(self, node: ast.AST, state: State) -> State:
        """The state after the calls of a node: they are reported, `:=` names are bound."""
        for part in self.calls_in(node):
            if isinstance(part, ast.Call):
                self.callbacks.on_call(part, state)
            else:
                state = assign([part.target], part.value, state)
        return state

    def _assign(self, node: ast.stmt, state: State) -> list[State]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return [replace(state, scope=after_call(node.value, state.scope))]
        if isinstance(node, ast.Delete):
            return [replace(state, scope=after_deletion(node, state.scope))]
        if isinstance(node, ast.AugAssign):
            if (scope := after_change(node, state.scope)) is not None:
                return [replace(state, scope=scope)]
            value: ast.expr | None = ast.BinOp(node.target, node.op, node.value)
            targets: list[ast.expr] = [node.target]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = list(node.targets) if isinstance(node, ast.Assign) else [node.target]
            value = node.value
        else:
            return [state]
        if value is None:
            return [state]
        return [
            assign(targets, chosen, after) for chosen, after in self._choices(value, targets, state)
        ]

    def _choices(
        self, value: ast.expr, targets: list[ast.expr], state: State
    ) -> Iterator[tuple[ast.expr, State]]:
        relevant = any(names_in(target) & self.dependencies.names for target in targets)
        if not isinstance(value, ast.IfExp) or not relevant:
            yield value, state
            return
        for truth, assumptions in branch(value.test, state.scope, state.assumptions):
            yield from self._choices(
                value.body if truth else value.orelse, targets, State(state.scope, assumptions)
            )

    def _if(self, node: ast.If, state: State) -> list[State]:
        if not self.is_forked(node):
            return [with_escapes([*node.body, *node.orelse], state)]
        after = []
        for truth, assumptions in branch(node.test, state.scope, state.assumptions):
            chosen = node.body if truth else node.orelse
            after += self.block(chosen, [State(state.scope, assumptions)])
        return after

    def _is_forked(self, node: ast.If) -> bool:
        return self.dependencies.affected_by([*node.body, *node.orelse])

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, state: State) -> list[State]:
        # How often a loop runs is not known, so what it assigns is unresolved, inside and after it.
        state = self._calls(node.test if isinstance(node, ast.While) else node.iter, state)
        state = unresolve([node], state, "changed in a loop")
        self.block(node.body, [state])
        return self.block(node.orelse, [state])

    def _try(self, node: ast.Try | ast.TryStar, state: State) -> list[State]:
        after = self.block([*node.body, *node.orelse], [state])
        failed = unresolve(node.body, state, "it may not have been assigned before an exception")
        for handler in node.handlers:
            after += self.block(handler.body, [unresolve([handler], failed, "bound by `except`")])
        return self.block(node.finalbody, after)

    def _match(self, node: ast.Match, state: State) -> list[State]:
        state = self._calls(node.subject, state)
        after = [state]
        for case in node.cases:
            after += self.block(case.body, [unresolve([case.pattern], state, "bound by `case`")])
        return after


def _after_definition(node: ast.stmt, state: State) -> State:
    """The state after a nested function or class: what it changes, it may change at any time."""
    parts = list(ast.walk(node))
    shared = {name for part in parts if isinstance(part, ast.Nonlocal) for name in part.names}
    named = [ast.Name(name, ast.Store()) for name in sorted(shared)]
    reason = "a nested function may assign it"
    return with_escapes([node], unresolve(named, state, reason))


def _calls_in(node: ast.AST) -> list[ast.Call | ast.NamedExpr]:
    return [part for part in own_nodes([node]) if isinstance(part, ast.Call | ast.NamedExpr)]
