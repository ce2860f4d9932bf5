"""The arguments of a call, one by one, and the parameters that they fill."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.sources.reading.nodes import Function
from conformance.sources.reading.schema import Parameter, ParameterKind, parameters_of
from conformance.sources.reading.source import Source
from conformance.sources.values.resolve import list_items, resolve, shared
from conformance.sources.values.value import (
    DictValue,
    Expression,
    ListValue,
    Scope,
    Unresolved,
    Value,
)


@dataclass(frozen=True, eq=False)
class Argument:
    """One argument of a call."""

    text: str
    """The expression as it is written."""
    value: Value
    name: str | None = None
    """The keyword; None for a positional argument."""
    place: str = ""
    """Where the expression is written, `file:line`."""


@dataclass(frozen=True, eq=False)
class GivenArguments:
    """The arguments of a call."""

    arguments: tuple[Argument, ...] = ()
    unresolved: str = ""
    """Why the arguments are not known; there are none then. "" if they are known."""


def arguments_of(call: ast.Call, scope: Scope) -> GivenArguments:
    """The arguments of a call; the items of `*x` and `**x` count one by one."""
    for node in call.args:
        if isinstance(node, ast.Starred) and (reason := _unknown(node.value, scope, ListValue)):
            return GivenArguments(unresolved=f"*{ast.unparse(node.value)}: {reason}")
    positional = list_items(call.args, scope)
    assert positional is not None
    arguments = [_argument(value, None, call, scope) for value in positional.items]
    for keyword in call.keywords:
        if keyword.arg is not None:
            arguments.append(_argument(Expression(keyword.value, scope), keyword.arg, call, scope))
            continue
        if reason := _unknown(keyword.value, scope, DictValue):
            return GivenArguments(unresolved=f"**{ast.unparse(keyword.value)}: {reason}")
        inner = resolve(Expression(keyword.value, scope))
        assert isinstance(inner, DictValue)
        arguments += [_argument(value, name, call, scope) for name, value in inner.items.items()]
    return GivenArguments(tuple(arguments))


def _unknown(node: ast.expr, scope: Scope, wanted: type) -> str:
    value = resolve(Expression(node, scope))
    if isinstance(value, wanted):
        return ""
    return value.reason if isinstance(value, Unresolved) else "its items are not known"


def _argument(value: Value, name: str | None, call: ast.Call, scope: Scope) -> Argument:
    if isinstance(value, Expression):
        node, source = value.node, value.scope.source
        place = source.place(node if hasattr(node, "lineno") else call)
        return Argument(ast.unparse(node), value, name, place)
    text = getattr(value, "name", getattr(value, "text", "…"))
    return Argument(text, value, name, scope.source.place(call))


@dataclass(frozen=True, eq=False)
class BoundArguments:
    """Which argument fills which parameter."""

    pairs: tuple[tuple[Parameter, Argument], ...] = ()
    missing: tuple[Parameter, ...] = ()
    """Parameters that get no argument and have no default."""
    defaulted: tuple[Parameter, ...] = ()
    """Parameters that get no argument and have a default."""
    extra: tuple[Argument, ...] = ()
    """Arguments that no parameter takes."""
    repeated: tuple[Argument, ...] = ()
    """Keyword arguments for parameters that another argument fills."""


def bind(parameters: Sequence[Parameter], arguments: Sequence[Argument]) -> BoundArguments:
    """Match arguments with parameters as Python and PyTorch's dispatcher do."""
    positional = [p for p in parameters if p.kind is not ParameterKind.KEYWORD]
    by_position = [argument for argument in arguments if argument.name is None]
    pairs = list(zip(positional, by_position, strict=False))
    extra = by_position[len(positional) :]
    repeated = []
    filled = {parameter.name for parameter, _ in pairs}
    names = {p.name: p for p in parameters if p.kind is not ParameterKind.POSITIONAL}
    for argument in arguments:
        if argument.name is None:
            continue
        if argument.name in filled and argument.name in names:
            repeated.append(argument)
        elif argument.name in names:
            pairs.append((names[argument.name], argument))
            filled.add(argument.name)
        else:
            extra.append(argument)
    left = [parameter for parameter in parameters if parameter.name not in filled]
    return BoundArguments(
        tuple(pairs),
        tuple(parameter for parameter in left if parameter.default is None),
        tuple(parameter for parameter in left if parameter.default is not None),
        tuple(extra),
        tuple(repeated),
    )


def parameter_values(
    source: Source, function: Function, arguments: Sequence[Argument]
) -> dict[str, Value]:
    """What the parameters of `function`, a function of `source`, stand for in a call of it."""
    bound = bind(parameters_of(function), arguments)
    values = {parameter.name: shared(argument.value) for parameter, argument in bound.pairs}
    outside = Scope(source, {})
    for parameter in bound.defaulted:
        node = ast.parse(parameter.default or "None", mode="eval").body
        values[parameter.name] = shared(Expression(node, outside))
    for parameter in bound.missing:
        values[parameter.name] = Unresolved(parameter.name, "the call passes nothing for it")
    if function.args.vararg:
        extra = tuple(argument.value for argument in bound.extra if argument.name is None)
        values[function.args.vararg.arg] = ListValue(extra, is_tuple=True)
    if function.args.kwarg:
        named = {argument.name: argument.value for argument in bound.extra if argument.name}
        values[function.args.kwarg.arg] = DictValue(named)
    return values
