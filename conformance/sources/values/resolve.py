"""Names followed to what they stand for, and displays taken apart."""

import ast

from conformance.sources.values.value import (
    UNBOUND,
    Global,
    Keyed,
    Parameter,
    Scope,
    Several,
    Unresolved,
    Value,
    Written,
)


def look_up(scope: Scope, name: str) -> Value:
    """What a name or dotted attribute means in a scope."""
    if value := scope.names.get(name):
        return value
    if name in scope.local:
        return Unresolved(name, UNBOUND)
    return Global(name, scope.source)


def resolve(value: Value) -> Value:
    """Follow names to what they stand for, and take list and dictionary displays apart."""
    for _ in range(64):
        if not isinstance(value, Written):
            return value
        node, scope = value.node, value.scope
        if isinstance(node, ast.Name):
            value = look_up(scope, node.id)
            if isinstance(value, Global) and (constant := value.source.constants.get(node.id)):
                value = Written(constant, Scope(value.source, {}))
        elif isinstance(node, ast.Attribute) and (bound := scope.names.get(ast.unparse(node))):
            value = bound
        elif isinstance(node, ast.NamedExpr):
            value = Written(node.value, scope)
        elif isinstance(node, ast.Call) and _is_copy(node):
            value = Written(node.args[0], scope)
        else:
            return _display(node, scope) or value
    return Unresolved(ast.unparse(value.node) if isinstance(value, Written) else "", "circular")


def _is_copy(node: ast.Call) -> bool:
    names = {"list", "tuple"}
    return (
        isinstance(node.func, ast.Name)
        and node.func.id in names
        and len(node.args) == 1
        and not node.keywords
        and not isinstance(node.args[0], ast.Starred)
    )


def _display(node: ast.expr, scope: Scope) -> Value | None:
    if isinstance(node, ast.List | ast.Tuple):
        return items_of(node.elts, scope)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = resolve(Written(node.left, scope)), resolve(Written(node.right, scope))
        if isinstance(left, Several) and isinstance(right, Several):
            return Several(left.items + right.items)
    if isinstance(node, ast.Dict):
        return _keyed(list(zip(node.keys, node.values, strict=True)), scope)
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "dict" and not node.args:
        pairs = [(k.arg and ast.Constant(k.arg), k.value) for k in node.keywords]
        return _keyed(pairs, scope)
    return None


def items_of(nodes: list[ast.expr], scope: Scope) -> Several | None:
    """The items of a display or call with `*` taken apart; None if one cannot be."""
    items: list[Value] = []
    for node in nodes:
        if not isinstance(node, ast.Starred):
            items.append(Written(node, scope))
            continue
        inner = resolve(Written(node.value, scope))
        if not isinstance(inner, Several):
            return None
        items += inner.items
    return Several(tuple(items))


def _keyed(pairs, scope: Scope) -> Keyed | None:
    items: dict[str, Value] = {}
    for key, node in pairs:
        if key is None:
            inner = resolve(Written(node, scope))
            if not isinstance(inner, Keyed):
                return None
            items |= inner.items
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            items[key.value] = Written(node, scope)
        else:
            return None
    return Keyed(items)


def dotted_of(value: Value, seen: set[int] | None = None) -> str | None:
    """The full dotted name that a value is, as in `torch.ops.space.name`.

    `getattr(x, "name")` counts as `x.name`, and as `x.?` if the name is not known. None if the
    value is nothing of the kind. The ids of the nodes that it is made of are added to `seen`.
    """
    value = resolve(value)
    if isinstance(value, Global):
        return value.source.imports.get(value.name, value.name)
    if isinstance(value, Parameter):
        return value.name
    if not isinstance(value, Written):
        return None
    node, scope = value.node, value.scope
    if seen is not None:
        seen.add(id(node))
    if isinstance(node, ast.Attribute):
        base = dotted_of(Written(node.value, scope), seen)
        return base and f"{base}.{node.attr}"
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr" and len(node.args) >= 2:
        base = dotted_of(Written(node.args[0], scope), seen)
        name = resolve(Written(node.args[1], scope))
        known = isinstance(name, Written) and isinstance(name.node, ast.Constant)
        return base and f"{base}.{name.node.value if known else '?'}"  # type: ignore[union-attr]
    return None
