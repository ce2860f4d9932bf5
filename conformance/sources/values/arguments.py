"""The arguments of a call, taken apart and put to the parameters they fill."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from conformance.sources.reading.nodes import Function
from conformance.sources.reading.schema import Kind, Parameter, parameters_of
from conformance.sources.reading.source import Source
from conformance.sources.values.resolve import items_of, resolve
from conformance.sources.values.value import Keyed, Scope, Several, Unresolved, Value, Written


@dataclass(frozen=True, eq=False)
class Argument:
    """What a call gives for one parameter."""

    text: str
    """The expression as it is written."""
    value: Value
    name: str | None = None
    """The keyword, if it is given by keyword."""
    place: str = ""
    """Where the expression is written, `file:line`."""


@dataclass(frozen=True, eq=False)
class Given:
    """The arguments of a call. If they cannot be told, there are none and `unresolved` says why."""

    arguments: tuple[Argument, ...] = ()
    unresolved: str = ""


def given_by(call: ast.Call, scope: Scope) -> Given:
    """The arguments of a call with `*` and `**` taken apart."""
    for node in call.args:
        if isinstance(node, ast.Starred) and (reason := _unknown(node.value, scope, Several)):
            return Given(unresolved=f"*{ast.unparse(node.value)}: {reason}")
    positional = items_of(call.args, scope)
    assert positional is not None
    arguments = [_argument(value, None, call, scope) for value in positional.items]
    for keyword in call.keywords:
        if keyword.arg is not None:
            arguments.append(_argument(Written(keyword.value, scope), keyword.arg, call, scope))
            continue
        if reason := _unknown(keyword.value, scope, Keyed):
            return Given(unresolved=f"**{ast.unparse(keyword.value)}: {reason}")
        inner = resolve(Written(keyword.value, scope))
        assert isinstance(inner, Keyed)
        arguments += [_argument(value, name, call, scope) for name, value in inner.items.items()]
    return Given(tuple(arguments))


def _unknown(node: ast.expr, scope: Scope, wanted: type) -> str:
    value = resolve(Written(node, scope))
    if isinstance(value, wanted):
        return ""
    return value.reason if isinstance(value, Unresolved) else "its items are not known"


def _argument(value: Value, name: str | None, call: ast.Call, scope: Scope) -> Argument:
    if isinstance(value, Written):
        node, source = value.node, value.scope.source
        place = source.place(node if hasattr(node, "lineno") else call)
        return Argument(ast.unparse(node), value, name, place)
    text = getattr(value, "name", getattr(value, "text", "…"))
    return Argument(text, value, name, scope.source.place(call))


@dataclass(frozen=True, eq=False)
class Bound:
    """Arguments beside the parameters they fill."""

    pairs: tuple[tuple[Parameter, Argument], ...] = ()
    missing: tuple[Parameter, ...] = ()
    """Parameters without default that get nothing."""
    defaulted: tuple[Parameter, ...] = ()
    """Parameters that get nothing and have a default."""
    extra: tuple[Argument, ...] = ()
    """Arguments that no parameter takes."""
    twice: tuple[Argument, ...] = field(default=())
    """Keyword arguments for parameters that are filled already."""


def bind(parameters: Sequence[Parameter], arguments: Sequence[Argument]) -> Bound:
    """Put arguments to parameters as Python and the dispatcher do."""
    positional = [p for p in parameters if p.kind is not Kind.KEYWORD]
    by_position = [argument for argument in arguments if argument.name is None]
    pairs = list(zip(positional, by_position, strict=False))
    extra = by_position[len(positional) :]
    twice = []
    filled = {parameter.name for parameter, _ in pairs}
    names = {p.name: p for p in parameters if p.kind is not Kind.POSITIONAL}
    for argument in arguments:
        if argument.name is None:
            continue
        if argument.name in filled:
            twice.append(argument)
        elif argument.name in names:
            pairs.append((names[argument.name], argument))
            filled.add(argument.name)
        else:
            extra.append(argument)
    left = [parameter for parameter in parameters if parameter.name not in filled]
    return Bound(
        tuple(pairs),
        tuple(parameter for parameter in left if parameter.default is None),
        tuple(parameter for parameter in left if parameter.default is not None),
        tuple(extra),
        tuple(twice),
    )


def values_inside(
    source: Source, function: Function, arguments: Sequence[Argument]
) -> dict[str, Value]:
    """What the parameters of a function stand for in a call with these arguments."""
    bound = bind(parameters_of(function), arguments)
    values = {parameter.name: argument.value for parameter, argument in bound.pairs}
    outside = Scope(source, {})
    for parameter in bound.defaulted:
        node = ast.parse(parameter.default or "None", mode="eval").body
        values[parameter.name] = Written(node, outside)
    for parameter in bound.missing:
        values[parameter.name] = Unresolved(parameter.name, "the call gives nothing for it")
    if function.args.vararg:
        extra = tuple(argument.value for argument in bound.extra if argument.name is None)
        values[function.args.vararg.arg] = Several(extra)
    if function.args.kwarg:
        named = {argument.name: argument.value for argument in bound.extra if argument.name}
        values[function.args.kwarg.arg] = Keyed(named)
    return values
