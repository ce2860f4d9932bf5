"""Names are replaced by what they stand for; lists, tuples and dictionaries are taken apart."""

import ast

from conformance.sources.values.value import (
    UNBOUND,
    DictValue,
    Expression,
    GlobalName,
    ListValue,
    ParameterValue,
    Scope,
    Unresolved,
    Value,
)


def look_up(scope: Scope, name: str) -> Value:
    """What a name or a dotted attribute stands for in a scope."""
    if value := scope.names.get(name):
        return value
    if name in scope.local:
        return Unresolved(name, UNBOUND)
    return GlobalName(name, scope.source)


def resolve(value: Value) -> Value:
    """Follow names until something else is found.

    A list, tuple or dictionary of known items becomes a `ListValue` or `DictValue`. Names that
    stand for each other in a circle become `Unresolved`.
    """
    for _ in range(64):
        if not isinstance(value, Expression):
            return value
        node, scope = value.node, value.scope
        if isinstance(node, ast.Name):
            value = look_up(scope, node.id)
            if isinstance(value, GlobalName) and (constant := value.source.constants.get(node.id)):
                value = Expression(constant, Scope(value.source, {}))
        elif isinstance(node, ast.Attribute) and (bound := scope.names.get(ast.unparse(node))):
            value = bound
        elif isinstance(node, ast.NamedExpr):
            value = Expression(node.value, scope)
        else:
            return _container(node, scope) or value
    return Unresolved(ast.unparse(value.node) if isinstance(value, Expression) else "", "circular")


def shared(value: Value) -> Value:
    """The value that a name stands for once ``value`` is bound to it.

    A list or dictionary that is made once stays one for all names that are bound to it.
    """
    found = resolve(value)
    return found if isinstance(found, ListValue | DictValue) else value


def _copied(node: ast.Call, scope: Scope) -> Value | None:
    """What `list(x)`, `tuple(x)` or `dict(x)` makes: another one of the same items."""
    function = node.func.id if isinstance(node.func, ast.Name) else ""
    if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
        return None
    inner = resolve(Expression(node.args[0], scope))
    if function in {"list", "tuple"} and isinstance(inner, ListValue):
        return ListValue(inner.items, function == "tuple")
    if function == "dict" and isinstance(inner, DictValue):
        return DictValue(inner.items)
    return None


def _container(node: ast.expr, scope: Scope) -> Value | None:
    if isinstance(node, ast.List):
        return list_items(node.elts, scope)
    if isinstance(node, ast.Tuple):
        found = list_items(node.elts, scope)
        return ListValue(found.items, is_tuple=True) if found else None
    if isinstance(node, ast.Subscript):
        return _item(node, scope)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = resolve(Expression(node.left, scope)), resolve(Expression(node.right, scope))
        if isinstance(left, ListValue) and isinstance(right, ListValue):
            return ListValue(left.items + right.items, left.is_tuple)
    if isinstance(node, ast.Dict):
        return _dictionary(list(zip(node.keys, node.values, strict=True)), scope)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "dict" and not node.args:
        pairs = [(k.arg and ast.Constant(k.arg), k.value) for k in node.keywords]
        return _dictionary(pairs, scope)
    return _copied(node, scope) if isinstance(node, ast.Call) else None


def _item(node: ast.Subscript, scope: Scope) -> Value | None:
    """`x[0]` of a known list, or `x["key"]` of a known dictionary; None for what may change."""
    held = resolve(Expression(node.value, scope))
    try:
        key = ast.literal_eval(node.slice)
    except ValueError:
        return None
    item: Value | None = None
    if (
        isinstance(held, ListValue)
        and type(key) is int
        and -len(held.items) <= key < len(held.items)
    ):
        item = held.items[key]
    elif isinstance(held, DictValue) and isinstance(key, str):
        item = held.items.get(key)
    found = None if item is None else resolve(item)
    # A list inside a list may have been changed by another name since.
    return None if isinstance(found, ListValue | DictValue) else found


def list_items(nodes: list[ast.expr], scope: Scope) -> ListValue | None:
    """The items of a list, tuple or call, with the items of `*x` in its place.

    None if the items of one `x` are not known.
    """
    items: list[Value] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            items.append(Expression(node, scope))
            continue
        inner = resolve(Expression(node.value, scope))
        if not isinstance(inner, ListValue):
            return None
        items += inner.items
    return ListValue(tuple(items))


def _dictionary(pairs, scope: Scope) -> DictValue | None:
    items: dict[str, Value] = {}
    for key, node in pairs:
        if key is None:
            inner = resolve(Expression(node, scope))
            if not isinstance(inner, DictValue):
                return None
            items |= inner.items
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            items[key.value] = Expression(node, scope)
        else:
            return None
    return DictValue(items)


def dotted_name(value: Value, nodes: set[int] | None = None) -> str | None:
    """The full dotted name of a value, such as `torch.ops.space.name`; None if it has none.

    `getattr(x, "name")` has the name `x.name`, or `x.?` if the attribute is not a constant. The
    ids of the nodes that the value is made of are added to `nodes`.
    """
    value = resolve(value)
    if isinstance(value, GlobalName):
        return value.source.imports.get(value.name, value.name)
    if isinstance(value, ParameterValue):
        return value.name
    if not isinstance(value, Expression):
        return None
    node, scope = value.node, value.scope
    if nodes is not None:
        nodes.add(id(node))
    if isinstance(node, ast.Attribute):
        base = dotted_name(Expression(node.value, scope), nodes)
        return base and f"{base}.{node.attr}"
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr" and len(node.args) >= 2:
        base = dotted_name(Expression(node.args[0], scope), nodes)
        name = resolve(Expression(node.args[1], scope))
        known = isinstance(name, Expression) and isinstance(name.node, ast.Constant)
        return base and f"{base}.{name.node.value if known else '?'}"  # type: ignore[union-attr]
    return None
