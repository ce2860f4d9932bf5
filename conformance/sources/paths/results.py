"""What functions give back, and what a call of a method is therefore."""

import ast
from collections.abc import Iterator

from conformance.sources.paths.state import State
from conformance.sources.paths.walk import Listener, walk
from conformance.sources.reading.nodes import Function, is_of_self
from conformance.sources.reading.source import Source
from conformance.sources.values.resolve import resolve
from conformance.sources.values.value import Several, Unresolved, Value, Written


def read_results(source: Source, function: Function) -> list[Value]:
    """What a function returns, once for every way to its end. Raises `TooManyWays`.

    Where nothing is returned that is `None`; parameters stay parameters.
    """
    found: list[Value] = []

    def on_return(node: ast.Return, state: State) -> None:
        found.append(resolve(Written(node.value or ast.Constant(None), state.scope)))

    nothing = Listener(lambda call: False, lambda call, state: None, on_return=on_return)
    walk(source, function, nothing)
    return found


def parts_of_results(value: Value) -> Iterator[Value]:
    """What `self.method(...)[i]` may be, by the methods of that name in the same file.

    This is also what `a, b = self.method(...)` makes of its names. A value of another form is
    itself. Raises `TooManyWays`.
    """
    value = resolve(value)
    match value:
        case Written(ast.Subscript(ast.Call(ast.Attribute() as function), ast.Constant(int(i)))):
            source = value.scope.source
            methods = source.methods.get(function.attr, []) if is_of_self(function) else []
            for method in methods:
                for result in read_results(source, method):
                    if isinstance(result, Several) and i < len(result.items):
                        yield result.items[i]
                    else:
                        why = f"{function.attr} does not return a tuple of known items"
                        yield Unresolved(ast.unparse(value.node), why)
            if not methods:
                yield value
        case _:
            yield value
