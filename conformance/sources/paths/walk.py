"""The ways through a function, and what its names stand for at each call on each of them."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from conformance.sources.paths.conditions import Assumptions, branch
from conformance.sources.paths.dependencies import ENDS, Relevance, relevance
from conformance.sources.paths.state import State, assigned, opaque
from conformance.sources.reading.nodes import (
    Function,
    assigned_in,
    names_in,
    own_nodes,
    parameter_names,
)
from conformance.sources.reading.source import Source
from conformance.sources.values.mutation import after_call
from conformance.sources.values.value import Parameter, Scope, Value

LIMIT = 3000
"""How many ways through one function are followed."""


class TooManyWays(Exception):
    """A function has more than `LIMIT` ways that differ."""


@dataclass(frozen=True)
class Listener:
    """What to do at the calls, raises and returns of a way; `concerns` says which calls matter.

    What changes neither a name that such a call depends on nor whether it is reached makes no two
    ways of one. With `on_return`, what is returned matters too.
    """

    concerns: Callable[[ast.Call], bool]
    on_call: Callable[[ast.Call, State], None]
    on_raise: Callable[[ast.Raise, State], None] = lambda node, state: None
    on_return: Callable[[ast.Return, State], None] | None = None

    def concerned(self, node: ast.AST) -> bool:
        """Whether it matters what the names of a node stand for."""
        if isinstance(node, ast.Return):
            return self.on_return is not None
        return isinstance(node, ast.Call) and self.concerns(node)


def walk(
    source: Source,
    function: Function,
    listener: Listener,
    given: dict[str, Value] | None = None,
    assumptions: Assumptions | None = None,
) -> None:
    """Take every way through a function. `given` are the values of its parameters.

    Raises `TooManyWays`.
    """
    names = parameter_names(function)
    values: dict[str, Value] = {name: Parameter(name) for name in names}
    local = frozenset(names) | assigned_in(function.body)
    scope = Scope(source, {**values, **(given or {})}, local)
    _Walk(listener, relevance(source.inside(function), listener.concerned)).block(
        function.body, [State(scope, assumptions or Assumptions())]
    )


class _Walk:
    def __init__(self, listener: Listener, relevance: Relevance) -> None:
        self.listener, self.relevance = listener, relevance
        # The same statement is come to on many ways.
        self.calls_in = cache(_calls_in)
        self.choice_matters = cache(self._choice_matters)

    def block(self, nodes: list[ast.stmt], states: list[State]) -> list[State]:
        """The states after the statements; ways that end inside are gone."""
        for node in nodes:
            states = [after for state in states for after in self.statement(node, state)]
            if len(states) > LIMIT:
                raise TooManyWays
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
                return self.block(node.body, [opaque(node.items, state, "bound by `with`")])
            case ast.Try() | ast.TryStar():
                return self._try(node, state)
            case ast.Match():
                return self._match(node, state)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return [state]
        state = self._calls(node, state)
        if isinstance(node, ast.Raise):
            self.listener.on_raise(node, state)
        if isinstance(node, ast.Return) and self.listener.on_return:
            self.listener.on_return(node, state)
        if isinstance(node, ENDS):
            return []
        return self._assign(node, state)

    def _calls(self, node: ast.AST, state: State) -> State:
        """Tell the listener of the calls in an expression; bind its `:=` names."""
        for part in self.calls_in(node):
            if isinstance(part, ast.Call):
                self.listener.on_call(part, state)
            else:
                state = assigned(part.target, part.value, state)
        return state

    def _assign(self, node: ast.stmt, state: State) -> list[State]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return [replace(state, scope=after_call(node.value, state.scope))]
        if isinstance(node, ast.AugAssign):
            value: ast.expr | None = ast.BinOp(node.target, node.op, node.value)
            targets: list[ast.expr] = [node.target]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = list(node.targets) if isinstance(node, ast.Assign) else [node.target]
            value = node.value
        else:
            return [state]
        if value is None:
            return [state]
        found = []
        for chosen, after in self._choices(value, targets, state):
            for target in targets:
                after = assigned(target, chosen, after)
            found.append(after)
        return found

    def _choices(
        self, value: ast.expr, targets: list[ast.expr], state: State
    ) -> Iterator[tuple[ast.expr, State]]:
        relevant = any(names_in(target) & self.relevance.names for target in targets)
        if not isinstance(value, ast.IfExp) or not relevant:
            yield value, state
            return
        for truth, assumptions in branch(value.test, state.scope, state.assumptions):
            yield from self._choices(
                value.body if truth else value.orelse, targets, State(state.scope, assumptions)
            )

    def _if(self, node: ast.If, state: State) -> list[State]:
        if not self.choice_matters(node):
            return [state]
        after = []
        for truth, assumptions in branch(node.test, state.scope, state.assumptions):
            chosen = node.body if truth else node.orelse
            after += self.block(chosen, [State(state.scope, assumptions)])
        return after

    def _choice_matters(self, node: ast.If) -> bool:
        return self.relevance.matters([*node.body, *node.orelse])

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, state: State) -> list[State]:
        # What a loop changes is not followed, for nobody knows how often it runs.
        state = self._calls(node.test if isinstance(node, ast.While) else node.iter, state)
        state = opaque([node], state, "changed in a loop")
        self.block(node.body, [state])
        return self.block(node.orelse, [state])

    def _try(self, node: ast.Try | ast.TryStar, state: State) -> list[State]:
        after = self.block([*node.body, *node.orelse], [state])
        failed = opaque(node.body, state, "it may not have been assigned before an exception")
        for handler in node.handlers:
            after += self.block(handler.body, [opaque([handler], failed, "bound by `except`")])
        return self.block(node.finalbody, after)

    def _match(self, node: ast.Match, state: State) -> list[State]:
        state = self._calls(node.subject, state)
        after = [state]
        for case in node.cases:
            after += self.block(case.body, [opaque([case.pattern], state, "bound by `case`")])
        return after


def _calls_in(node: ast.AST) -> list[ast.Call | ast.NamedExpr]:
    return [part for part in own_nodes([node]) if isinstance(part, ast.Call | ast.NamedExpr)]
