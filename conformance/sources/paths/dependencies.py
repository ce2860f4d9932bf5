"""What in a function the calls and returns that matter may depend on."""

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from conformance.sources.reading.nodes import changed_by, names_in, own_nodes

ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
"""Statements after which a way does not go on to the next one."""


@dataclass(frozen=True)
class Relevance:
    """Which calls and returns matter, and the names on which they may depend."""

    concerns: Callable[[ast.AST], bool]
    names: frozenset[str]

    def matters(self, nodes: Sequence[ast.stmt]) -> bool:
        """Whether it makes a difference to those that the statements are reached."""
        return any(self._matters(node) for node in own_nodes(nodes))

    def _matters(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(ctx=ast.Store()):
                return node.id in self.names
            case ast.Attribute(ctx=ast.Store()):
                return not names_in(node).isdisjoint(self.names)
            case ast.Subscript(ctx=ast.Store()):
                return isinstance(node.slice, ast.Constant)
            case ast.Call():
                changed = changed_by(node)
                return self.concerns(node) or bool(changed and names_in(changed) & self.names)
        return isinstance(node, ENDS)


def relevance(nodes: Sequence[ast.AST], concerns: Callable[[ast.AST], bool]) -> Relevance:
    """What the nodes that matter in a function may depend on, found without regard to order."""
    names: set[str] = set()
    for node in nodes:
        if concerns(node):
            names |= names_in(node)
    links = list(_links(nodes))
    while True:
        before = len(names)
        for changed, involved in links:
            if not names.isdisjoint(changed):
                names |= involved
        if len(names) == before:
            return Relevance(concerns, frozenset(names))


def _links(nodes: Sequence[ast.AST]) -> Iterator[tuple[set[str], set[str]]]:
    """The names that a node changes, and all that it holds."""
    for node in nodes:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield {name for target in targets for name in names_in(target)}, names_in(node)
        elif changed := changed_by(node):
            yield names_in(changed), names_in(node)
