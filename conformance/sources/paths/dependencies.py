"""The names that the relevant calls and returns of a function depend on."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from conformance.sources.reading.nodes import mutated_by, names_in, own_nodes

ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
"""Statements after which a path does not continue with the next one."""


@dataclass(frozen=True)
class Dependencies:
    """Which calls and returns are relevant, and the names that they may depend on."""

    is_relevant: Callable[[ast.AST], bool]
    names: frozenset[str]

    def affected_by(self, nodes: Sequence[ast.stmt]) -> bool:
        """Whether the relevant nodes depend on whether these statements are executed.

        They do if a statement is relevant itself, sets or mutates a name that relevant nodes read,
        or ends the path.
        """
        return any(self._affects(node) for node in own_nodes(nodes))

    def _affects(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()):
                return node.id in self.names
            case ast.Attribute(ctx=ast.Store() | ast.Del()):
                return not names_in(node).isdisjoint(self.names)
            case ast.Subscript(ctx=ast.Store() | ast.Del()):
                return _is_constant(node.slice)
            case ast.Call():
                mutated = mutated_by(node)
                return self.is_relevant(node) or bool(mutated and names_in(mutated) & self.names)
        return isinstance(node, ENDS)


def _is_constant(node: ast.expr) -> bool:
    """Whether an item is named by a constant: what lists and dictionaries are asked for."""
    return isinstance(node.operand if isinstance(node, ast.UnaryOp) else node, ast.Constant)


def dependencies_of(
    nodes: Sequence[ast.AST], is_relevant: Callable[[ast.AST], bool]
) -> Dependencies:
    """What the relevant ones among the nodes of a function depend on.

    The order of the statements is ignored: a name counts even if it is set after its use.
    """
    names: set[str] = set()
    for node in nodes:
        if is_relevant(node):
            names |= names_in(node)
    links = list(_links(nodes))
    while True:
        before = len(names)
        for changed, held in links:
            if not names.isdisjoint(changed):
                names |= held
        if len(names) == before:
            return Dependencies(is_relevant, frozenset(names))


def _links(nodes: Sequence[ast.AST]) -> Iterator[tuple[set[str], set[str]]]:
    """For each node that sets or mutates names: these names, and all names that it holds.

    A name under which a list is mutated is linked with the names that may mean the same list.
    """
    mutated = {name for node in nodes for name in names_in(mutated_by(node) or ast.Pass())}
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            changed = {name for target in targets for name in names_in(target)}
            yield changed, names_in(node)
            if changed & mutated:
                yield names_in(node), changed
        elif owner := mutated_by(node):
            yield names_in(owner), names_in(node)
