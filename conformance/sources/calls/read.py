"""Every call of an operator and every launch of a kernel in the files of a package."""

import ast
from dataclasses import dataclass
from functools import cache

from conformance.sources.calls.callees import Callees, ReachingFunction
from conformance.sources.calls.collected import Collected
from conformance.sources.calls.reachability import find_reachability
from conformance.sources.calls.site import Calls, CallSite, LaunchSite, UnresolvedCall
from conformance.sources.calls.unreached import uncalled_operators, unlaunched_kernels
from conformance.sources.paths.assumptions import Assumptions
from conformance.sources.paths.branches import alternatives
from conformance.sources.paths.state import State
from conformance.sources.paths.walk import Callbacks, TooManyPaths, walk_paths
from conformance.sources.reading.kernels import Kernel, read_kernels
from conformance.sources.reading.nodes import Function
from conformance.sources.reading.registrations import Schemas, read_schemas
from conformance.sources.reading.source import Source, Sources
from conformance.sources.values.arguments import Argument, arguments_of, parameter_values
from conformance.sources.values.value import UNBOUND, Expression, ParameterValue, Unresolved, Value

MAX_DEPTH = 4
"""How many functions deep a call is followed."""


def read_calls(
    sources: Sources,
    schemas: Schemas | None = None,
    kernels: dict[tuple[str, str], Kernel] | None = None,
) -> Calls:
    """Find the calls and launches on all paths through all functions that may reach one.

    `schemas` and `kernels` are those of `sources`; they are read if they are None.
    """
    schemas = read_schemas(sources) if schemas is None else schemas
    return _Reader(sources, schemas, read_kernels(sources) if kernels is None else kernels).read()


@dataclass(frozen=True, eq=False)
class _Visit:
    """A function on a path."""

    source: Source
    function: Function
    start: Function
    """The function in which the path starts."""
    callers: tuple[str, ...] = ()
    """The calls that lead from `start` to `function`, each as `file:line`."""


class _Reader:
    def __init__(
        self, sources: Sources, schemas: Schemas, kernels: dict[tuple[str, str], Kernel]
    ) -> None:
        self.sources = sources
        self.reachability = find_reachability(sources, schemas)
        self.callees = Callees(sources, schemas, self.reachability, kernels)
        self.collected = Collected()
        self.called: set[Function] = set()
        self.implemented = {
            function: operator
            for source in sources.files
            for function in source.all_functions
            if (operator := schemas.of_function(source, function))
        }
        self.call_filter = cache(self.reachability.call_filter)

    def read(self) -> Calls:
        for source in self.sources.files:
            for function in source.all_functions:
                if function in self.reachability.functions:
                    self._enter(_Visit(source, function, function))
            top = _top_level(source)
            self._enter(_Visit(source, top, top))
        # A path that starts in a function which others call is dropped: the paths through its
        # callers reach the same calls, and know what is passed.
        found, unresolved = self.collected.without(self.called)
        launches = tuple(site for site in found if isinstance(site, LaunchSite))
        launched = {launch.kernel.place for launch in launches}
        return Calls(
            tuple(site for site in found if not isinstance(site, LaunchSite)),
            launches,
            (
                *unresolved,
                *uncalled_operators(self.sources, self.callees.operator_nodes),
                *unlaunched_kernels(self.sources, self.callees.kernels.values(), launched),
            ),
        )

    def _enter(
        self,
        visit: _Visit,
        given: dict[str, Value] | None = None,
        assumptions: Assumptions | None = None,
    ) -> None:
        def on_call(call: ast.Call, state: State) -> None:
            if may_reach(call):
                self._call(call, state, visit)

        may_reach = self.call_filter(visit.source, visit.function)
        callbacks = Callbacks(may_reach, on_call)
        try:
            walk_paths(visit.source, visit.function, callbacks, given, assumptions)
        except TooManyPaths:
            text, reason = f"{visit.function.name}(...)", "too many paths lead through it"
            self._unresolved(visit, text, reason, visit.source.place(visit.function))

    def _call(self, call: ast.Call, state: State, visit: _Visit) -> None:
        scope, place = state.scope, visit.source.place(call)
        for assumptions, callee in alternatives(Expression(call.func, scope), state.assumptions):
            here = State(scope, assumptions)
            if isinstance(callee, Unresolved):
                text, unbound = ast.unparse(call.func), callee.reason == UNBOUND
                unresolved = UnresolvedCall(text, callee.reason, place, assumptions, unbound)
                self.collected.add_unresolved(unresolved, visit.start)
            elif operator := self.callees.operator(callee):
                if operator.endswith("?"):
                    reason = "the name of the operator is no constant"
                    self._unresolved(visit, operator, reason, place)
                    continue
                self._add_site(call, here, visit, operator)
            elif (kernel := self.callees.kernel(callee)) is not None:
                if isinstance(kernel, str):
                    self._unresolved(visit, kernel, "no kernel of this name", place)
                    continue
                operator = self.implemented.get(visit.start, visit.start.name)
                self._add_site(call, here, visit, operator, kernel)
            elif function := self.callees.function(callee, visit.source):
                self._follow(call, here, visit, function)

    def _follow(
        self, call: ast.Call, state: State, visit: _Visit, callee: ReachingFunction
    ) -> None:
        place, text = visit.source.place(call), ast.unparse(call.func)
        given = arguments_of(call, state.scope)
        if given.unresolved:
            self._unresolved(visit, text, given.unresolved, place)
            return
        if len(visit.callers) >= MAX_DEPTH or callee.function is visit.start:
            self._unresolved(visit, text, "it leads through too many functions", place)
            return
        arguments = given.arguments
        if callee.is_method:
            arguments = (Argument("self", ParameterValue("self"), place=place), *arguments)
        self.called.add(callee.function)
        values = parameter_values(callee.source, callee.function, arguments)
        inner = _Visit(callee.source, callee.function, visit.start, (*visit.callers, place))
        self._enter(inner, values, state.assumptions)

    def _add_site(
        self,
        call: ast.Call,
        state: State,
        visit: _Visit,
        operator: str,
        kernel: Kernel | None = None,
    ) -> None:
        given, place = arguments_of(call, state.scope), visit.source.place(call)
        if given.unresolved:
            self._unresolved(visit, operator, given.unresolved, place)
            return
        where = (visit.source.path, call.lineno, visit.callers)
        common = (operator, given.arguments, state.assumptions, *where)
        site = LaunchSite(*common, kernel=kernel) if kernel else CallSite(*common)
        self.collected.add_site(site, visit.start)

    def _unresolved(self, visit: _Visit, text: str, reason: str, place: str) -> None:
        self.collected.add_unresolved(UnresolvedCall(text, reason, place), visit.start)


def _top_level(source: Source) -> Function:
    """The top level of a file as if it were a function."""
    empty = ast.parse("def f(): pass").body[0]
    assert isinstance(empty, ast.FunctionDef)
    empty.name, empty.body = "<module>", source.tree.body
    return empty
