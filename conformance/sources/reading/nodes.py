"""The nodes of statements, and the names that they read, assign and mutate."""

import ast
from collections.abc import Iterator, Sequence

Function = ast.FunctionDef | ast.AsyncFunctionDef

_NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
READING_METHODS = frozenset({"index", "count", "copy", "get", "items", "keys", "values"})
"""Methods of lists and dictionaries that leave them as they are."""

_MUTATING = frozenset(
    {"append", "extend", "insert", "update", "pop", "popitem", "remove", "clear", "reverse", "sort",
     "setdefault"}
)  # fmt: skip


def own_nodes(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of statements, outer nodes first; nested functions and classes are not entered."""
    waiting: list[ast.AST] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _NESTED):
            waiting += reversed(list(ast.iter_child_nodes(node)))


def parameter_names(function: Function) -> list[str]:
    """The names of all parameters in order, `*args` and `**kwargs` included."""
    a = function.args
    plain = [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs]
    return [arg.arg for arg in [*plain, *([a.kwarg] if a.kwarg else [])]]


def names_in(node: ast.AST) -> set[str]:
    """Every name that occurs in a node."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def assigned_in(nodes: Sequence[ast.stmt]) -> frozenset[str]:
    """The names that statements bind or delete."""
    found = set()
    for node in own_nodes(nodes):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return frozenset(found)


def targets_in(target: ast.expr) -> list[str]:
    """The names, attributes and items that an assignment to a target sets."""
    if isinstance(target, ast.Tuple | ast.List):
        return [name for part in target.elts for name in targets_in(part)]
    if isinstance(target, ast.Starred):
        return targets_in(target.value)
    return [ast.unparse(target)]


def mutated_by(node: ast.AST) -> ast.expr | None:
    """The list or dictionary that `arguments.append(x)` or `del arguments[0]` mutates."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in _MUTATING else None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Del):
        return node.value
    return None


def is_self_attribute(node: ast.Attribute) -> bool:
    """Whether a node is `self.name`."""
    return isinstance(node.value, ast.Name) and node.value.id == "self"


def last_name(node: ast.expr) -> str:
    """`c` of `a.b.c`; "" if the node is neither a name nor an attribute."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
