"""Every call of an operator and every launch of a kernel in a package's files."""

import ast
from dataclasses import replace
from functools import cache

from conformance.call_sites.arguments import Argument, given_by, values_inside
from conformance.call_sites.canonical import Transparent, subject, text_of
from conformance.call_sites.conditions import Assumptions, alternatives
from conformance.call_sites.interest import LAUNCHES, Interest, read_interest
from conformance.call_sites.kernels import Kernel, is_kernel, read_kernels
from conformance.call_sites.left_over import left_over, never_launched
from conformance.call_sites.schemas import Schemas, read_schemas
from conformance.call_sites.site import Calls, CallSite, Launch, NotResolved
from conformance.call_sites.source import Function, Source, Sources
from conformance.call_sites.values import (
    UNBOUND,
    Global,
    Parameter,
    Scope,
    Unresolved,
    Value,
    Written,
    dotted_of,
)
from conformance.call_sites.ways import Listener, State, TooManyWays, walk

DEPTH = 4
"""How many functions deep a call is followed."""


def read_calls(sources: Sources, schemas: Schemas | None = None) -> Calls:
    """Find the calls by following every way through every function that may lead to one."""
    return _Reader(sources, schemas or read_schemas(sources)).read()


class _Reader:
    def __init__(self, sources: Sources, schemas: Schemas) -> None:
        self.sources, self.schemas = sources, schemas
        self.interest: Interest = read_interest(sources, schemas)
        self.kernels = read_kernels(sources)
        self.found: dict[tuple, CallSite] = {}
        self.problems: dict[tuple, NotResolved] = {}
        self.entered: set[Function] = set()
        self.begun: dict[tuple, Function] = {}
        self.seen: set[int] = set()
        self.registered = {
            function: operator
            for source in sources.files
            for function in source.all_functions()
            if (operator := schemas.of_function(source, function))
        }
        self.concerns = cache(lambda source, function: self.interest.concerns(source, function))

    def read(self) -> Calls:
        for source in self.sources.files:
            for function in [*source.all_functions(), _module_level(source)]:
                if function in self.interest.carriers or function.name == "<module>":
                    self._enter(source, function, function, (), None, Assumptions())
        # What a way inside a function cannot tell may be known where the function is called.
        found = [
            (key, thing)
            for store in (self.found, self.problems)
            for key, thing in store.items()
            if self.begun[key] not in self.entered
        ]
        things = [thing for _, thing in found]
        launches = tuple(thing for thing in things if isinstance(thing, Launch))
        launched = {launch.kernel.place for launch in launches}
        return Calls(
            tuple(t for t in things if isinstance(t, CallSite) and not isinstance(t, Launch)),
            launches,
            (
                *(t for t in things if isinstance(t, NotResolved)),
                *left_over(self.sources, self.seen),
                *never_launched(self.sources, self.kernels.values(), launched),
            ),
        )

    def _enter(
        self,
        source: Source,
        function: Function,
        begun: Function,
        through: tuple[str, ...],
        given: dict[str, Value] | None,
        assumptions: Assumptions,
    ) -> None:
        def on_call(call: ast.Call, state: State) -> None:
            if matters(call):
                self._call(call, state, source, function, begun, through)

        matters = self.concerns(source, function)
        try:
            walk(source, function, Listener(matters, on_call), given, assumptions)
        except TooManyWays:
            place = source.place(function)
            text = f"{function.name}(...)"
            self._problem(begun, NotResolved(text, "it has too many ways through it", place))

    def _call(self, call, state: State, source, function, begun, through) -> None:
        scope, place = state.scope, source.place(call)
        for assumptions, callee in alternatives(Written(call.func, scope), state.assumptions):
            if isinstance(callee, Unresolved):
                unbound = callee.reason == UNBOUND
                text = ast.unparse(call.func)
                problem = NotResolved(text, callee.reason, place, assumptions, unbound)
                self._problem(begun, problem)
            elif operator := self._operator(callee):
                if operator.endswith("?"):
                    reason = "the name of the operator is no constant"
                    self._problem(begun, NotResolved(operator, reason, place))
                    continue
                self._note(call, scope, assumptions, operator, None, begun, through, source)
            elif (kernel := self._kernel(callee)) is not None:
                if isinstance(kernel, str):
                    self._problem(begun, NotResolved(kernel, "no kernel of this name", place))
                    continue
                wrapper = self.registered.get(begun, begun.name)
                self._note(call, scope, assumptions, wrapper, kernel, begun, through, source)
            elif target := self._function(callee, source):
                self._follow(call, scope, assumptions, target, begun, through, source)

    def _operator(self, callee: Value) -> str | None:
        dotted = dotted_of(callee, self.seen) or ""
        if dotted.startswith("torch.ops."):
            parts = dotted.split(".")[2:]
            return "::".join(parts[:2]) if len(parts) >= 2 else None
        if isinstance(callee, Global):
            found = self.sources.function(callee.source, callee.name)
            return self.schemas.of_function(*found) if found else None
        return None

    def _kernel(self, callee: Value) -> Kernel | str | None:
        """The kernel that is launched; its text if it is not known; None for other calls."""
        if not isinstance(callee, Written):
            return None
        node = callee.node
        if isinstance(node, ast.Subscript) or (
            isinstance(node, ast.Attribute) and node.attr in LAUNCHES
        ):
            wrapped = Transparent(functions=frozenset({"wrap_triton"}))
            base = subject(Written(node.value, callee.scope), wrapped)
            if isinstance(base, Global) and (
                found := self.sources.function(base.source, base.name)
            ):
                name = (found[0].path, found[1].name)
                return self.kernels.get(name) if is_kernel(*found) else None
            unknown = isinstance(base, Parameter | Unresolved)
            return ast.unparse(node.value) if unknown else None
        return None

    def _function(self, callee: Value, source: Source) -> tuple[Source, Function, bool] | None:
        if isinstance(callee, Global):
            found = self.interest.carried(callee.source, callee.name)
            return (*found, False) if found else None
        node = callee.node if isinstance(callee, Written) else None
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
            method = self.interest.method(source, node.attr)
            return (source, method, True) if method else None
        return None

    def _follow(self, call, scope, assumptions, target, begun, through, source) -> None:
        place = source.place(call)
        inner, function, is_method = target
        given = given_by(call, scope)
        if given.unresolved:
            self._problem(begun, NotResolved(ast.unparse(call.func), given.unresolved, place))
            return
        if len(through) >= DEPTH or function is begun:
            reason = "it leads through too many functions"
            self._problem(begun, NotResolved(ast.unparse(call.func), reason, place))
            return
        arguments = given.arguments
        if is_method:
            arguments = (Argument("self", Parameter("self"), place=place), *arguments)
        self.entered.add(function)
        values = values_inside(inner, function, arguments)
        self._enter(inner, function, begun, (*through, place), values, assumptions)

    def _note(self, call, scope: Scope, assumptions, operator, kernel, begun, through, source):
        given = given_by(call, scope)
        place = source.place(call)
        if given.unresolved:
            self._problem(begun, NotResolved(operator, given.unresolved, place))
            return
        texts = tuple((a.name, text_of(a.value)) for a in given.arguments)
        key = (operator, kernel and kernel.place, through, place, texts)
        common = (operator, given.arguments, assumptions, source.path, call.lineno, through)
        site = Launch(*common, kernel=kernel) if kernel else CallSite(*common)
        if before := self.found.get(key):
            site = replace(before, assumptions=_common(before.assumptions, assumptions))
        self.found[key] = site
        self.begun[key] = begun

    def _problem(self, begun: Function, problem: NotResolved) -> None:
        key = (problem.text, problem.reason, problem.place, begun)
        if before := self.problems.get(key):
            problem = replace(before, assumptions=_common(before.assumptions, problem.assumptions))
        self.problems[key] = problem
        self.begun[key] = begun


def _module_level(source: Source) -> ast.FunctionDef:
    empty = ast.parse("def f(): pass").body[0]
    assert isinstance(empty, ast.FunctionDef)
    empty.name, empty.body = "<module>", source.tree.body
    return empty


def _common(one: Assumptions, other: Assumptions) -> Assumptions:
    return Assumptions({t: a for t, a in one.known.items() if other.known.get(t) == a})
