"""Which imports an extracted module may have, and what replaces the others."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from conformance.wheels.errors import OutsideDependency
from conformance.wheels.statements import bound_name

ALLOWED = frozenset({"torch", "triton"}) | sys.stdlib_module_names

Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Imports:
    """The imports of the module `source`; `replacements` as for `extract_functions`."""

    source: str
    replacements: Mapping[str, str]

    def text(self, node: Import, alias: ast.alias) -> str:
        """One alias of an import as a statement of its own, replaced if need be.

        Raises `OutsideDependency` for what is neither allowed nor replaced.
        """
        full, bound = _full_name(node, alias), bound_name(node, alias)
        if replacement := self.replacements.get(full):
            return f"import {replacement}" + ("" if replacement == bound else f" as {bound}")
        if full.partition(".")[0] not in ALLOWED:
            why = f"it is imported as {full}, which is neither torch, triton nor replaced"
            raise OutsideDependency(self.source, bound, node.lineno, why)
        if isinstance(node, ast.Import):
            return ast.unparse(ast.Import([alias]))
        return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))

    def check_bound(self, imports: Iterable[ast.stmt], name: str) -> None:
        """Raise `OutsideDependency` if one of the imports binds `name` to something wrong."""
        for node in imports:
            assert isinstance(node, Import)
            for alias in node.names:
                if bound_name(node, alias) == name:
                    self.text(node, alias)

    def check_inside(self, statement: ast.stmt) -> None:
        """Raise `OutsideDependency` for a wrong import anywhere in a statement."""
        for node in _imports(statement):
            for alias in node.names:
                self.text(node, alias)

    def rewrite_inside(self, statement: ast.stmt, lines: list[bytes]) -> None:
        """Put replacements for imports inside a statement into the lines of its module."""
        # From the end, so that the columns of earlier imports on a line stay true.
        for node in reversed(list(_imports(statement))):
            if not any(_full_name(node, alias) in self.replacements for alias in node.names):
                continue
            text = "; ".join(self.text(node, alias) for alias in node.names).encode()
            first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
            before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
            for line in range(first, last + 1):
                lines[line] = b""
            lines[first] = before + text + after


def _imports(statement: ast.stmt) -> Iterator[Import]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


def _full_name(node: Import, alias: ast.alias) -> str:
    if isinstance(node, ast.Import):
        return alias.name
    module = "." * node.level + (node.module or "")
    return f"{module}.{alias.name}" if node.module else module + alias.name
