"""Which names statements read before they assign them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence

Nodes = Iterable[ast.AST]


def loads(nodes: Nodes) -> Counter[str]:
    """How often each name is read."""
    return _counted(nodes, ast.Load)


def stores(nodes: Nodes) -> set[str]:
    """The names that are assigned."""
    return set(_counted(nodes, ast.Store))


def _counted(nodes: Nodes, context: type) -> Counter[str]:
    return Counter(
        node.id
        for root in nodes
        for node in ast.walk(root)
        if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    )


class Tail(ast.Return):
    """Returns what ``function`` returns, the rest of a kernel, which has ``exposed`` names."""

    def __init__(self, function: str, exposed: set[str]):
        super().__init__(ast.Call(ast.Name(function, ast.Load()), [], []))
        self.exposed = exposed


def exposed(statements: Sequence[ast.stmt], assigned: set[str]) -> set[str]:
    """Names that may be read before ``statements`` assign them, beyond those already ``assigned``.

    What the statements certainly assign is added to ``assigned``.
    """
    found: set[str] = set()
    for statement in statements:
        found |= _of_statement(statement, assigned)
    return found


def _of_statement(statement: ast.stmt, assigned: set[str]) -> set[str]:
    if isinstance(statement, ast.Assign):
        found = _read([statement.value, *statement.targets], assigned)
        for target in statement.targets:
            assigned |= stores([target])
        return found
    if isinstance(statement, Tail):
        return statement.exposed - assigned
    if isinstance(statement, ast.If):
        found = _read([statement.test], assigned)
        then, orelse = set(assigned), set(assigned)
        found |= exposed(statement.body, then) | exposed(statement.orelse, orelse)
        assigned |= then & orelse
        return found
    if isinstance(statement, ast.For):
        found = _read([statement.iter], assigned)
        inside = assigned | stores([statement.target])
        return found | exposed(statement.body, inside) | exposed(statement.orelse, set(assigned))
    if isinstance(statement, ast.While):
        found = _read([statement.test], assigned)
        return (
            found
            | exposed(statement.body, set(assigned))
            | exposed(statement.orelse, set(assigned))
        )
    return _read([statement], assigned)


def _read(nodes: Nodes, assigned: set[str]) -> set[str]:
    return set(loads(nodes)) - assigned
