"""The parameters of a function that is followed, with the values that are passed."""

import ast
from collections.abc import Sequence

from conformance.sources.registered.protocols import Following
from conformance.sources.registered.values import FunctionValue, Unknown, Value


def bound_parameters(
    following: Following,
    function: FunctionValue,
    arguments: Sequence[Value],
    keywords: dict[str, Value],
) -> dict[str, Value]:
    """Values by parameter: passed ones, defaults, else unknown."""
    a: ast.arguments = function.node.args
    plain = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    values: dict[str, Value] = {}
    for index, (parameter, default) in enumerate(zip(plain, defaults, strict=True)):
        if index < len(arguments):
            values[parameter.arg] = arguments[index]
        elif parameter.arg in keywords:
            values[parameter.arg] = keywords[parameter.arg]
        elif default is not None:
            values[parameter.arg] = following.evaluation.of(default, function.scope)
        else:
            values[parameter.arg] = Unknown(parameter.arg)
    for parameter, default in zip(a.kwonlyargs, a.kw_defaults, strict=True):
        if parameter.arg in keywords:
            values[parameter.arg] = keywords[parameter.arg]
        elif default is not None:
            values[parameter.arg] = following.evaluation.of(default, function.scope)
        else:
            values[parameter.arg] = Unknown(parameter.arg)
    if a.vararg:
        values[a.vararg.arg] = tuple(arguments[len(plain) :])
    if a.kwarg:
        values[a.kwarg.arg] = {k: v for k, v in keywords.items() if k not in values}
    return values
