"""Calls that construct an object whose fields an operator gets later."""

import ast
from collections.abc import Callable

from conformance.sources.calls.site import CallSite, UnresolvedCall
from conformance.sources.paths.state import State
from conformance.sources.paths.walk import Callbacks, TooManyPaths, walk_paths
from conformance.sources.reading.nodes import Function
from conformance.sources.reading.source import Source
from conformance.sources.values.arguments import arguments_of


def read_constructions(
    source: Source, matches: Callable[[ast.Call], bool]
) -> tuple[list[CallSite], list[UnresolvedCall]]:
    """The calls that `matches` accepts, once for each path, and those with unknown arguments."""
    sites: list[CallSite] = []
    unresolved: list[UnresolvedCall] = []

    def on_call(call: ast.Call, state: State) -> None:
        if not matches(call):
            return
        given = arguments_of(call, state.scope)
        name = ast.unparse(call.func)
        if given.unresolved:
            unresolved.append(UnresolvedCall(name, given.unresolved, source.place(call)))
            return
        place = (source.path, call.lineno)
        sites.append(CallSite(name, given.arguments, state.assumptions, *place))

    for function in source.all_functions:
        if any(isinstance(n, ast.Call) and matches(n) for n in source.nodes_of(function)):
            try:
                walk_paths(source, function, Callbacks(matches, on_call))
            except TooManyPaths:
                place = source.place(function)
                unresolved.append(
                    UnresolvedCall(function.name, "too many paths lead through it", place)
                )
    return sites, unresolved


def raise_conditions(source: Source, function: Function) -> list[tuple[tuple[str, ...], str]]:
    """For each path on which a function raises: what the path assumes, and the place."""
    found: list[tuple[tuple[str, ...], str]] = []

    def on_raise(node: ast.Raise, state: State) -> None:
        found.append((state.assumptions.texts(), source.place(node)))

    walk_paths(source, function, Callbacks(lambda call: False, lambda call, state: None, on_raise))
    return found


def implied_conditions(source: Source, tests: tuple[str, ...]) -> set[str]:
    """The tests, and those that follow from them if they are true.

    If the file assigns an attribute once, with `self.a = x and y`, then `self.a` implies `x` and
    `y`.
    """
    found = set(tests)
    for test in tests:
        if len(values := source.attributes.get(test, [])) == 1:
            value = values[0]
            is_and = isinstance(value, ast.BoolOp) and isinstance(value.op, ast.And)
            parts = value.values if is_and and isinstance(value, ast.BoolOp) else [value]
            found |= {ast.unparse(part) for part in parts}
    return found
