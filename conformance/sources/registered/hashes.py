"""Hashes of functions, as information for whoever reads a lock."""

import ast
import hashlib
import textwrap

from conformance.sources.registered.tree import Tree


def body_hash(tree: Tree, path: str, node: ast.AST) -> str:
    """The sha256 of the lines of a function, without its decorators and its indentation."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
    text = textwrap.dedent(tree.lines(path, first, last))
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
