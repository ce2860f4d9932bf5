"""Statements that are followed: loops over constants, both sides of an unknown condition."""

import ast

from conformance.sources.reading.nodes import Function, assigned_in
from conformance.sources.registered.evaluation.names import is_type_checking
from conformance.sources.registered.protocols import Following
from conformance.sources.registered.values import (
    Alternatives,
    ClassValue,
    FunctionValue,
    Scope,
    Unknown,
    Value,
    is_known,
    truth,
)


def run(following: Following, body: list[ast.stmt], scope: Scope) -> bool:
    """Follow statements; whether they end the function on every path."""
    return any(_statement(following, statement, scope) for statement in body)


def _statement(following: Following, node: ast.stmt, scope: Scope) -> bool:
    following.step()
    evaluate = following.evaluation.of
    match node:
        case ast.Return():
            scope.returned.append(evaluate(node.value, scope))
            return True
        case ast.Raise():
            return True
        case ast.Expr():
            evaluate(node.value, scope)
        case ast.Assign():
            value = evaluate(node.value, scope)
            for target in node.targets:
                following.bind(target, value, scope)
        case ast.AnnAssign():
            if node.value is not None:
                following.bind(node.target, evaluate(node.value, scope), scope)
        case ast.AugAssign():
            following.bind(node.target, _augmented(following, node, scope), scope)
        case ast.Global() | ast.Nonlocal():
            scope.declared |= set(node.names)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            _define(following, node, scope)
        case ast.ClassDef():
            _define_class(following, node, scope)
        case ast.If():
            return _if(following, node, scope)
        case ast.For() | ast.AsyncFor():
            _for(following, node, scope)
        case ast.While():
            run(following, node.body, scope)
            run(following, node.orelse, scope)
        case ast.With() | ast.AsyncWith():
            for item in node.items:
                value = evaluate(item.context_expr, scope)
                if item.optional_vars is not None:
                    following.bind(item.optional_vars, value, scope)
            return run(following, node.body, scope)
        case ast.Try():
            return _try(following, node, scope)
        case ast.Import() | ast.ImportFrom():
            _import(following, node, scope)
        case _:
            pass
    return False


def _augmented(following: Following, node: ast.AugAssign, scope: Scope) -> Value:
    if not isinstance(node.target, ast.Name | ast.Attribute):
        return Unknown(ast.unparse(node))
    left = ast.copy_location(ast.parse(ast.unparse(node.target), mode="eval").body, node)
    whole = ast.copy_location(ast.BinOp(left, node.op, node.value), node)
    return following.evaluation.of(whole, scope)


def _define(
    following: Following, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope
) -> None:
    if scope.is_module:
        following.evaluation.names.of_file(scope.source, node.name)
        if not following.was_decorated(node):
            value = FunctionValue(scope.source, node, scope)
            following.evaluation.decorated(node, value, scope)
        return
    value = FunctionValue(scope.source, node, scope)
    scope.names[node.name] = value
    scope.names[node.name] = following.evaluation.decorated(node, value, scope)


def _define_class(following: Following, node: ast.ClassDef, scope: Scope) -> None:
    owner = ClassValue(scope.source, node, scope)
    if not scope.is_module:
        scope.names[node.name] = owner
    inner = Scope(scope.source, {}, scope, places=scope.places)
    for statement in node.body:
        if isinstance(statement, Function):
            value = FunctionValue(scope.source, statement, scope)
            following.evaluation.decorated(statement, value, inner)
        else:
            _statement(following, statement, inner)


def _if(following: Following, node: ast.If, scope: Scope) -> bool:
    if is_type_checking(node.test):
        return run(following, node.orelse, scope)
    known = truth(following.evaluation.of(node.test, scope))
    if known is not None and not scope.is_module:
        return run(following, node.body if known else node.orelse, scope)
    return _both(following, node.body, node.orelse, scope)


def _both(following: Following, one: list[ast.stmt], other: list[ast.stmt], scope: Scope) -> bool:
    """Follow two bodies from the same names; names that differ afterwards are alternatives."""
    before = dict(scope.names)
    first = run(following, one, scope)
    after_one = dict(scope.names)
    scope.names = before
    second = run(following, other, scope)
    if first and not second:
        return False
    if second and not first:
        scope.names = after_one
        return False
    for name, value in after_one.items():
        here = scope.names.get(name, value)
        same = here is value or (is_known(value) and type(here) is type(value) and here == value)
        scope.names[name] = value if same else Alternatives((value, here))
    return first and second


def _for(following: Following, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    values = following.items(following.evaluation.of(node.iter, scope))
    outer = set(scope.live)
    if scope.is_module:
        scope.live |= assigned_in([node])
    for value in [Unknown(ast.unparse(node.iter))] if values is None else values:
        following.bind(node.target, value, scope)
        run(following, node.body, scope)
    for name in scope.live - outer:
        scope.names.pop(name, None)
    scope.live = outer
    run(following, node.orelse, scope)


def _try(following: Following, node: ast.Try, scope: Scope) -> bool:
    ended = run(following, node.body, scope)
    others = [run(following, handler.body, scope) for handler in node.handlers]
    run(following, node.orelse, scope)
    return run(following, node.finalbody, scope) or (ended and all(others))


def _import(following: Following, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    if scope.is_module:
        return
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        if dotted := scope.source.imports.get(name):
            scope.names[name] = following.evaluation.names.of_dotted(dotted)
