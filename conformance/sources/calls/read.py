"""Every call of an operator and every launch of a kernel in a package's files."""

import ast
from dataclasses import dataclass, replace
from functools import cache

from conformance.sources.calls.callees import Callees, Target
from conformance.sources.calls.reachability import read_interest
from conformance.sources.calls.site import Calls, CallSite, Launch, NotResolved
from conformance.sources.calls.unreached import left_over, never_launched
from conformance.sources.paths.conditions import Assumptions, alternatives
from conformance.sources.paths.state import State
from conformance.sources.paths.walk import Listener, TooManyWays, walk
from conformance.sources.reading.kernels import Kernel, read_kernels
from conformance.sources.reading.nodes import Function
from conformance.sources.reading.registrations import Schemas, read_schemas
from conformance.sources.reading.source import Source, Sources
from conformance.sources.values.arguments import Argument, given_by, values_inside
from conformance.sources.values.canonical import text_of
from conformance.sources.values.value import UNBOUND, Parameter, Unresolved, Value, Written

DEPTH = 4
"""How many functions deep a call is followed."""


def read_calls(
    sources: Sources,
    schemas: Schemas | None = None,
    kernels: dict[tuple[str, str], Kernel] | None = None,
) -> Calls:
    """Find the calls by following every way through every function that may lead to one.

    `schemas` and `kernels` are those of the sources, if they have been read already.
    """
    schemas = read_schemas(sources) if schemas is None else schemas
    return _Reader(sources, schemas, read_kernels(sources) if kernels is None else kernels).read()


@dataclass(frozen=True, eq=False)
class _Visit:
    """A function, as it is reached from the one where the way begins."""

    source: Source
    function: Function
    begun: Function
    through: tuple[str, ...] = ()


class _Reader:
    def __init__(
        self, sources: Sources, schemas: Schemas, kernels: dict[tuple[str, str], Kernel]
    ) -> None:
        self.sources = sources
        self.interest = read_interest(sources, schemas)
        self.callees = Callees(sources, schemas, self.interest, kernels)
        self.found: dict[tuple, CallSite] = {}
        self.problems: dict[tuple, NotResolved] = {}
        self.entered: set[Function] = set()
        self.begun: dict[tuple, Function] = {}
        self.registered = {
            function: operator
            for source in sources.files
            for function in source.all_functions
            if (operator := schemas.of_function(source, function))
        }
        self.concerns = cache(self.interest.concerns)

    def read(self) -> Calls:
        for source in self.sources.files:
            for function in source.all_functions:
                if function in self.interest.carriers:
                    self._enter(_Visit(source, function, function))
            top = _top_level(source)
            self._enter(_Visit(source, top, top))
        # What a way inside a function cannot tell may be known where the function is called.
        kept = {key for key, function in self.begun.items() if function not in self.entered}
        found = [site for key, site in self.found.items() if key in kept]
        problems = [problem for key, problem in self.problems.items() if key in kept]
        launches = tuple(thing for thing in found if isinstance(thing, Launch))
        launched = {launch.kernel.place for launch in launches}
        return Calls(
            tuple(thing for thing in found if not isinstance(thing, Launch)),
            launches,
            (
                *problems,
                *left_over(self.sources, self.callees.seen),
                *never_launched(self.sources, self.callees.kernels.values(), launched),
            ),
        )

    def _enter(
        self,
        visit: _Visit,
        given: dict[str, Value] | None = None,
        assumptions: Assumptions | None = None,
    ) -> None:
        def on_call(call: ast.Call, state: State) -> None:
            if matters(call):
                self._call(call, state, visit)

        matters = self.concerns(visit.source, visit.function)
        try:
            walk(visit.source, visit.function, Listener(matters, on_call), given, assumptions)
        except TooManyWays:
            text, reason = f"{visit.function.name}(...)", "it has too many ways through it"
            place = visit.source.place(visit.function)
            self._problem(visit, NotResolved(text, reason, place))

    def _call(self, call: ast.Call, state: State, visit: _Visit) -> None:
        scope, place = state.scope, visit.source.place(call)
        for assumptions, callee in alternatives(Written(call.func, scope), state.assumptions):
            here = State(scope, assumptions)
            if isinstance(callee, Unresolved):
                text, unbound = ast.unparse(call.func), callee.reason == UNBOUND
                problem = NotResolved(text, callee.reason, place, assumptions, unbound)
                self._problem(visit, problem)
            elif operator := self.callees.operator(callee):
                if operator.endswith("?"):
                    reason = "the name of the operator is no constant"
                    self._problem(visit, NotResolved(operator, reason, place))
                    continue
                self._note(call, here, visit, operator)
            elif (kernel := self.callees.kernel(callee)) is not None:
                if isinstance(kernel, str):
                    self._problem(visit, NotResolved(kernel, "no kernel of this name", place))
                    continue
                wrapper = self.registered.get(visit.begun, visit.begun.name)
                self._note(call, here, visit, wrapper, kernel)
            elif target := self.callees.function(callee, visit.source):
                self._follow(call, here, visit, target)

    def _follow(self, call: ast.Call, state: State, visit: _Visit, target: Target) -> None:
        place, text = visit.source.place(call), ast.unparse(call.func)
        given = given_by(call, state.scope)
        if given.unresolved:
            self._problem(visit, NotResolved(text, given.unresolved, place))
            return
        if len(visit.through) >= DEPTH or target.function is visit.begun:
            reason = "it leads through too many functions"
            self._problem(visit, NotResolved(text, reason, place))
            return
        arguments = given.arguments
        if target.is_method:
            arguments = (Argument("self", Parameter("self"), place=place), *arguments)
        self.entered.add(target.function)
        values = values_inside(target.source, target.function, arguments)
        through = (*visit.through, place)
        inner = _Visit(target.source, target.function, visit.begun, through)
        self._enter(inner, values, state.assumptions)

    def _note(
        self,
        call: ast.Call,
        state: State,
        visit: _Visit,
        operator: str,
        kernel: Kernel | None = None,
    ) -> None:
        given, place = given_by(call, state.scope), visit.source.place(call)
        if given.unresolved:
            self._problem(visit, NotResolved(operator, given.unresolved, place))
            return
        texts = tuple((a.name, text_of(a.value)) for a in given.arguments)
        key = (operator, kernel and kernel.place, visit.through, place, texts)
        where = (visit.source.path, call.lineno, visit.through)
        common = (operator, given.arguments, state.assumptions, *where)
        site = Launch(*common, kernel=kernel) if kernel else CallSite(*common)
        if before := self.found.get(key):
            site = replace(before, assumptions=_common(before.assumptions, state.assumptions))
        self.found[key] = site
        self.begun[key] = visit.begun

    def _problem(self, visit: _Visit, problem: NotResolved) -> None:
        key = (problem.text, problem.reason, problem.place, visit.begun)
        if before := self.problems.get(key):
            problem = replace(before, assumptions=_common(before.assumptions, problem.assumptions))
        self.problems[key] = problem
        self.begun[key] = visit.begun


def _top_level(source: Source) -> Function:
    empty = ast.parse("def f(): pass").body[0]
    assert isinstance(empty, ast.FunctionDef)
    empty.name, empty.body = "<module>", source.tree.body
    return empty


def _common(one: Assumptions, other: Assumptions) -> Assumptions:
    return Assumptions({t: a for t, a in one.known.items() if other.known.get(t) == a})
