"""The ways through a function, and what its names stand for at each call on each of them."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from conformance.call_sites.conditions import Assumptions, branch
from conformance.call_sites.mutation import after_assignment, after_call
from conformance.call_sites.source import Function, Source
from conformance.call_sites.values import Parameter, Scope, Unresolved, Value

LIMIT = 3000
"""How many ways through one function are followed."""

_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, eq=False)
class State:
    """One point on one way."""

    scope: Scope
    assumptions: Assumptions = field(default_factory=Assumptions)


class TooManyWays(Exception):
    """A function has more than `LIMIT` ways that differ."""


@dataclass(frozen=True)
class Listener:
    """What to do at the calls and raises of a way; `concerns` says which calls matter.

    What changes neither a name that such a call depends on nor whether it is reached makes no two
    ways of one.
    """

    concerns: Callable[[ast.Call], bool]
    on_call: Callable[[ast.Call, State], None]
    on_raise: Callable[[ast.Raise, State], None] = lambda node, state: None


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
    local = frozenset(names) | _assigned(function.body)
    scope = Scope(source, {**values, **(given or {})}, local)
    _Walk(listener, _relevant(function, listener.concerns)).block(
        function.body, [State(scope, assumptions or Assumptions())]
    )


def parameter_names(function: Function) -> list[str]:
    """All parameters, `*args` and `**kwargs` included, in order."""
    a = function.args
    plain = [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs]
    return [arg.arg for arg in [*plain, *([a.kwarg] if a.kwarg else [])]]


def own_nodes(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of statements without those of functions and classes inside them."""
    waiting: list[ast.AST] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _NESTED):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def _assigned(nodes: list[ast.stmt]) -> frozenset[str]:
    found = set()
    for node in own_nodes(nodes):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return frozenset(found)


def _relevant(function: Function, concerns: Callable[[ast.Call], bool]) -> frozenset[str]:
    """Names on which the calls that matter may depend, found without regard to order."""
    nodes = list(own_nodes(function.body))
    roots = [node for node in nodes if isinstance(node, ast.Call) and concerns(node)]
    names = {name for root in roots for name in _names(root)}
    while True:
        before = len(names)
        for node in nodes:
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                if any(names & _names(target) for target in targets):
                    names |= _names(node)
            elif names & _names(_changed(node)):
                names |= _names(node)
        if len(names) == before:
            return frozenset(names)


_CHANGING = frozenset({"append", "extend", "insert", "update"})


def _changed(node: ast.AST) -> ast.AST:
    """The list or dictionary that a call changes; for anything else a node without names."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in _CHANGING else ast.Pass()
    return ast.Pass()


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


class _Walk:
    def __init__(self, listener: Listener, relevant: frozenset[str]) -> None:
        self.listener, self.relevant = listener, relevant

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
                return self.block(node.body, [_opaque(node.items, state, "bound by `with`")])
            case ast.Try() | ast.TryStar():
                return self._try(node, state)
            case ast.Match():
                return self._match(node, state)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return [state]
        state = self._calls(node, state)
        if isinstance(node, ast.Raise):
            self.listener.on_raise(node, state)
        if isinstance(node, _ENDS):
            return []
        return self._assign(node, state)

    def _calls(self, node: ast.AST, state: State) -> State:
        """Tell the listener of the calls in an expression; bind its `:=` names."""
        for part in own_nodes([node]):  # type: ignore[list-item]
            if isinstance(part, ast.Call):
                self.listener.on_call(part, state)
            elif isinstance(part, ast.NamedExpr):
                scope = after_assignment(part.target, part.value, state.scope)
                state = State(scope, state.assumptions.forget(part.target.id))
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
        for chosen, before in self._choices(value, targets, state):
            scope, assumptions = before.scope, before.assumptions
            for target in targets:
                scope = after_assignment(target, chosen, scope)
                for name in _targets(target):
                    assumptions = assumptions.forget(name)
            found.append(State(scope, assumptions))
        return found

    def _choices(
        self, value: ast.expr, targets: list[ast.expr], state: State
    ) -> Iterator[tuple[ast.expr, State]]:
        relevant = any(_names(target) & self.relevant for target in targets)
        if not isinstance(value, ast.IfExp) or not relevant:
            yield value, state
            return
        for truth, assumptions in branch(value.test, state.scope, state.assumptions):
            yield from self._choices(
                value.body if truth else value.orelse, targets, State(state.scope, assumptions)
            )

    def _if(self, node: ast.If, state: State) -> list[State]:
        if not self._matters([*node.body, *node.orelse]):
            return [state]
        after = []
        for truth, assumptions in branch(node.test, state.scope, state.assumptions):
            chosen = node.body if truth else node.orelse
            after += self.block(chosen, [State(state.scope, assumptions)])
        return after

    def _matters(self, nodes: list[ast.stmt]) -> bool:
        for node in own_nodes(nodes):
            if isinstance(node, _ENDS):
                return True
            if isinstance(node, ast.Call) and self.listener.concerns(node):
                return True
            changed = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            if changed and node.id in self.relevant:  # type: ignore[attr-defined]
                return True
            if _names(_changed(node)) & self.relevant:
                return True
            if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
                if isinstance(node, ast.Attribute) and _names(node) & self.relevant:
                    return True
                if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                    return True
        return False

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, state: State) -> list[State]:
        # What a loop changes is not followed, for nobody knows how often it runs.
        state = self._calls(node.test if isinstance(node, ast.While) else node.iter, state)
        state = _opaque([node], state, "changed in a loop")
        self.block(node.body, [state])
        return self.block(node.orelse, [state])

    def _try(self, node: ast.Try | ast.TryStar, state: State) -> list[State]:
        after = self.block([*node.body, *node.orelse], [state])
        failed = _opaque(node.body, state, "it may not have been assigned before an exception")
        for handler in node.handlers:
            after += self.block(handler.body, [_opaque([handler], failed, "bound by `except`")])
        return self.block(node.finalbody, after)

    def _match(self, node: ast.Match, state: State) -> list[State]:
        state = self._calls(node.subject, state)
        after = [state]
        for case in node.cases:
            after += self.block(case.body, [_opaque([case.pattern], state, "bound by `case`")])
        return after


def _opaque(nodes, state: State, reason: str) -> State:
    """The state in which the names that the nodes change are unknown."""
    scope, assumptions = state.scope, state.assumptions
    for node in nodes:
        for part in ast.walk(node):
            names = set()
            if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Store):
                names = {ast.unparse(part)}
            elif isinstance(part, ast.MatchAs | ast.ExceptHandler) and part.name:
                names = {part.name}
            elif isinstance(changed := _changed(part), ast.Name):
                names = {changed.id} & scope.local
            for name in names:
                scope = scope.bind(name, Unresolved(name, reason))
                assumptions = assumptions.forget(name)
    return State(scope, assumptions)


def _targets(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Tuple | ast.List):
        return [name for part in target.elts for name in _targets(part)]
    if isinstance(target, ast.Starred):
        return _targets(target.value)
    return [ast.unparse(target)]
