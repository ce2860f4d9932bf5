"""What functions return, and the values that a call of a method has therefore."""

import ast
from collections.abc import Iterator

from conformance.sources.paths.state import State
from conformance.sources.paths.walk import Callbacks, walk_paths
from conformance.sources.reading.nodes import Function, is_self_attribute
from conformance.sources.reading.source import Source
from conformance.sources.values.resolve import resolve
from conformance.sources.values.value import Expression, ListValue, Unresolved, Value


def returned_values(source: Source, function: Function) -> list[Value]:
    """What a function returns: one value for each path that ends in a `return`.

    A bare `return` returns the constant None. Raises `TooManyPaths`.
    """
    found: list[Value] = []

    def on_return(node: ast.Return, state: State) -> None:
        found.append(resolve(Expression(node.value or ast.Constant(None), state.scope)))

    callbacks = Callbacks(lambda call: False, lambda call, state: None, on_return=on_return)
    walk_paths(source, function, callbacks)
    return found


def items_of_results(value: Value) -> Iterator[Value]:
    """The values that `self.method(...)[i]` can have: item `i` of what the method returns.

    After `a, b = self.method(...)`, `a` and `b` are such values too. Every method of that name in
    the file is considered. A value of another form is yielded as it is. Raises `TooManyPaths`.
    """
    value = resolve(value)
    match value:
        case Expression(ast.Subscript(ast.Call(ast.Attribute() as function), ast.Constant(int(i)))):
            source = value.scope.source
            methods = source.methods.get(function.attr, []) if is_self_attribute(function) else []
            for method in methods:
                for result in returned_values(source, method):
                    if isinstance(result, ListValue) and i < len(result.items):
                        yield result.items[i]
                    else:
                        why = f"{function.attr} does not return a tuple of known items"
                        yield Unresolved(ast.unparse(value.node), why)
            if not methods:
                yield value
        case _:
            yield value
