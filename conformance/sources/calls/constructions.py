"""Calls that make an object whose fields reach an operator later."""

import ast
from collections.abc import Callable

from conformance.sources.calls.site import CallSite, NotResolved
from conformance.sources.paths.state import State
from conformance.sources.paths.walk import Listener, TooManyWays, walk
from conformance.sources.reading.nodes import Function
from conformance.sources.reading.source import Source
from conformance.sources.values.arguments import given_by


def read_constructions(
    source: Source, matches: Callable[[ast.Call], bool]
) -> tuple[list[CallSite], list[NotResolved]]:
    """The calls that match, once for every way that reaches them, and what is not told of them."""
    sites: list[CallSite] = []
    unresolved: list[NotResolved] = []

    def on_call(call: ast.Call, state: State) -> None:
        if not matches(call):
            return
        given = given_by(call, state.scope)
        name = ast.unparse(call.func)
        if given.unresolved:
            unresolved.append(NotResolved(name, given.unresolved, source.place(call)))
            return
        place = (source.path, call.lineno)
        sites.append(CallSite(name, given.arguments, state.assumptions, *place))

    for function in source.all_functions:
        if any(isinstance(n, ast.Call) and matches(n) for n in source.inside(function)):
            try:
                walk(source, function, Listener(matches, on_call))
            except TooManyWays:
                place = source.place(function)
                unresolved.append(NotResolved(function.name, "it has too many ways", place))
    return sites, unresolved


def refusals(source: Source, function: Function) -> list[tuple[tuple[str, ...], str]]:
    """What is assumed where a function raises, and the place."""
    found: list[tuple[tuple[str, ...], str]] = []

    def on_raise(node: ast.Raise, state: State) -> None:
        found.append((state.assumptions.texts(), source.place(node)))

    walk(source, function, Listener(lambda call: False, lambda call, state: None, on_raise))
    return found


def implied(source: Source, tests: tuple[str, ...]) -> set[str]:
    """The tests, and what follows from those on attributes that are assigned once in a file.

    After `self.a = x and y`, the test `self.a` implies `x` and `y`.
    """
    found = set(tests)
    for test in tests:
        if len(values := source.attributes.get(test, [])) == 1:
            value = values[0]
            both = isinstance(value, ast.BoolOp) and isinstance(value.op, ast.And)
            parts = value.values if both and isinstance(value, ast.BoolOp) else [value]
            found |= {ast.unparse(part) for part in parts}
    return found
