"""What names stand for after an assignment, or after a call such as `items.append(x)`."""

import ast
from collections.abc import Sequence
from typing import Any

from conformance.sources.reading.nodes import READING_METHODS
from conformance.sources.values.resolve import look_up, resolve, shared
from conformance.sources.values.value import (
    UNBOUND,
    DictValue,
    Expression,
    ListValue,
    Scope,
    Unresolved,
    Value,
)


def after_assignment(targets: Sequence[ast.expr], value: ast.expr, scope: Scope) -> Scope:
    """The scope after `target = value`, for each target, where ``scope`` evaluates the value."""
    bound = shared(Expression(value, scope))
    for target in targets:
        scope = _bind(target, bound, scope)
    return scope


def after_change(node: ast.AugAssign, scope: Scope) -> Scope | None:
    """The scope after `list += items` or `dict |= items`, which change the list or dictionary.

    None where the target is bound anew instead, as after `number += 1`.
    """
    old = resolve(Expression(node.target, scope))
    more = resolve(Expression(node.value, scope))
    new: Value = Unresolved(ast.unparse(node), "this change of a list is not followed")
    if isinstance(old, ListValue) and not old.is_tuple:
        if isinstance(node.op, ast.Add) and isinstance(more, ListValue):
            new = ListValue(old.items + more.items)
        return replaced(old, new, scope)
    if isinstance(old, DictValue):
        if isinstance(node.op, ast.BitOr) and isinstance(more, DictValue):
            new = DictValue({**old.items, **more.items})
        return replaced(old, new, scope)
    return None


def after_deletion(node: ast.Delete, scope: Scope) -> Scope:
    """The scope after `del target, …`."""
    for target in node.targets:
        if not isinstance(target, ast.Subscript):
            gone = Unresolved(ast.unparse(target), UNBOUND)
            scope = scope.bind(ast.unparse(target), gone)
            continue
        old = resolve(Expression(target.value, scope))
        if not isinstance(old, ListValue | DictValue):
            continue
        key = _constant(target.slice)
        new: Value = Unresolved(ast.unparse(target), "it is not known which item is deleted")
        if isinstance(old, DictValue) and key in old.items:
            new = DictValue({name: item for name, item in old.items.items() if name != key})
        elif isinstance(old, ListValue) and _is_place(key, old):
            items = list(old.items)
            del items[key]
            new = ListValue(tuple(items))
        scope = replaced(old, new, scope)
    return scope


def _constant(node: ast.expr) -> Any:
    """The number or text that an expression is as it stands; None for all else."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _is_place(key: Any, held: ListValue) -> bool:
    return type(key) is int and -len(held.items) <= key < len(held.items)


def _bind(target: ast.expr, value: Value, scope: Scope) -> Scope:
    if isinstance(target, ast.Name):
        return scope.bind(target.id, value)
    if isinstance(target, ast.Attribute):
        return scope.bind(ast.unparse(target), value)
    if isinstance(target, ast.Tuple | ast.List):
        return _unpack(target.elts, value, scope)
    if isinstance(target, ast.Subscript):
        return _set_item(target, value, scope)
    return scope


def _unpack(targets: list[ast.expr], value: Value, scope: Scope) -> Scope:
    starred = any(isinstance(target, ast.Starred) for target in targets)
    if isinstance(value, ListValue) and len(value.items) == len(targets) and not starred:
        for target, item in zip(targets, value.items, strict=True):
            scope = _bind(target, item, scope)
        return scope
    for position, target in enumerate(targets):
        if isinstance(target, ast.Starred):
            rest = Unresolved(ast.unparse(target), "unpacked with a star")
            scope = _bind(target.value, rest, scope)
        elif isinstance(value, Expression) and not starred:
            part = ast.Subscript(value.node, ast.Constant(position), ast.Load())
            scope = _bind(target, Expression(part, value.scope), scope)
        else:
            scope = _bind(target, Unresolved(ast.unparse(target), "unpacked"), scope)
    return scope


def _set_item(target: ast.Subscript, value: Value, scope: Scope) -> Scope:
    old = resolve(Expression(target.value, scope))
    key = _constant(target.slice)
    new: Value
    if isinstance(old, DictValue):
        new = Unresolved(ast.unparse(target), "an item is set whose key is not known")
        if isinstance(key, str):
            new = DictValue({**old.items, key: value})
    elif isinstance(old, ListValue):
        new = Unresolved(ast.unparse(target), "an item is set whose position is not known")
        if _is_place(key, old):
            items = list(old.items)
            items[key] = value
            new = ListValue(tuple(items))
    else:
        return scope  # an item of a tensor is set: the name stands for the same tensor
    return replaced(old, new, scope)


def after_call(call: ast.Call, scope: Scope) -> Scope:
    """The scope after a call that is a statement, such as `arguments.append(x)`."""
    if not isinstance(call.func, ast.Attribute):
        return scope
    base = ast.unparse(call.func.value)
    old = resolve(look_up(scope, base)) if base in scope.names else None
    if isinstance(old, ListValue):
        return replaced(old, _changed_list(call, old, scope), scope)
    if isinstance(old, DictValue):
        return replaced(old, _changed_dictionary(call, old, scope), scope)
    return scope


def _changed_list(call: ast.Call, old: ListValue, scope: Scope) -> Value:
    assert isinstance(call.func, ast.Attribute)
    unknown = Unresolved(ast.unparse(call), "this change of a list is not followed")
    if call.keywords:
        return unknown
    match call.func.attr, call.args:
        case "append", [item]:
            return ListValue((*old.items, Expression(item, scope)))
        case "extend", [more]:
            added = resolve(Expression(more, scope))
            return ListValue(old.items + added.items) if isinstance(added, ListValue) else unknown
        case "insert", [ast.Constant(int(position)), item]:
            items = list(old.items)
            items.insert(position, Expression(item, scope))
            return ListValue(tuple(items))
    return old if call.func.attr in READING_METHODS else unknown


def _changed_dictionary(call: ast.Call, old: DictValue, scope: Scope) -> Value:
    assert isinstance(call.func, ast.Attribute)
    unknown = Unresolved(ast.unparse(call), "this change of a dictionary is not followed")
    if call.func.attr in READING_METHODS:
        return old
    if call.func.attr != "update":
        return unknown
    items = dict(old.items)
    for argument in call.args:
        more = resolve(Expression(argument, scope))
        if not isinstance(more, DictValue):
            return unknown
        items |= more.items
    for keyword in call.keywords:
        if keyword.arg is None:
            return unknown
        items[keyword.arg] = Expression(keyword.value, scope)
    return DictValue(items)


def replaced(old: Value, new: Value, scope: Scope) -> Scope:
    """The scope in which every name of the old list or dictionary stands for the new one."""
    names = {name: new if resolve(value) is old else value for name, value in scope.names.items()}
    return Scope(scope.source, names, scope.local)
