"""Which imports an extracted module may have, and what replaces the others."""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec

from conformance.wheels.errors import OutsideDependency
from conformance.wheels.statements import bound_name

ALLOWED = frozenset({"torch", "triton"}) | sys.stdlib_module_names

LINKS = "__released__"
"""The name under which an extracted module finds what the rest of its package gives it."""

Import = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Imports:
    """The imports of the module `source`; `replacements` as for `extract_functions`.

    `package` is the dotted name of the package that the module lies in. If it is given, imports
    from this package, and from packages that are not installed, become look-ups in the mapping
    `LINKS`; if not, they are refused. `links` collects the full names that are looked up, and
    `replaced` those that a replacement gives.
    """

    source: str
    replacements: Mapping[str, str]
    package: str | None = None
    links: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)

    def text(self, node: Import, alias: ast.alias, inside: bool = False) -> str:
        """One alias of an import as a statement of its own, replaced if need be.

        `inside` is said of an import within a function or another compound statement: it may
        never run. Raises `OutsideDependency` for what is neither allowed, replaced nor linked.
        """
        full, bound = self.full_name(node, alias), bound_name(node, alias)
        if text := self._replaced(full, bound):
            return text
        if self._is_linked(full, inside):
            # `import a.b` binds a.
            link = full if alias.asname or isinstance(node, ast.ImportFrom) else bound
            self.links.add(link)
            return f"{bound} = {LINKS}[{link!r}]"
        if self.package is None and full.partition(".")[0] not in ALLOWED:
            why = f"it is imported as {full}, which is neither torch, triton nor replaced"
            raise OutsideDependency(self.source, bound, node.lineno, why)
        return _plain(node, alias)

    def check_bound(self, imports: Iterable[ast.stmt], name: str) -> None:
        """Raise `OutsideDependency` if one of the imports binds `name` to what is not allowed."""
        for node in imports:
            assert isinstance(node, Import)
            for alias in node.names:
                if bound_name(node, alias) == name:
                    self.text(node, alias)

    def check_inside(self, statement: ast.stmt) -> None:
        """Raise `OutsideDependency` if a statement imports what is not allowed."""
        for node in _imports(statement):
            for alias in node.names:
                self.text(node, alias, inside=True)

    def rewrite_inside(self, statement: ast.stmt, lines: list[bytes]) -> None:
        """Put replacements for imports inside a statement into the lines of its module."""
        # From the end, so that the columns of earlier imports on a line stay true.
        for node in reversed(list(_imports(statement))):
            texts = [self.text(node, alias, inside=True) for alias in node.names]
            if texts == [_plain(node, alias) for alias in node.names]:
                continue
            first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
            before, after = lines[first][: node.col_offset], lines[last][node.end_col_offset :]
            for line in range(first, last + 1):
                lines[line] = b""
            lines[first] = before + "; ".join(texts).encode() + after

    def full_name(self, node: Import, alias: ast.alias) -> str:
        """The full name of what an alias imports; with leading dots if the package is unknown."""
        if isinstance(node, ast.Import):
            return alias.name
        module = "." * node.level + (node.module or "")
        if self.package is not None and node.level:
            above = self.package.rsplit(".", node.level - 1)[0]
            module = f"{above}.{node.module}" if node.module else above
        return f"{module}.{alias.name}" if module.strip(".") else module + alias.name

    def _replaced(self, full: str, bound: str) -> str:
        if replacement := self.replacements.get(full):
            self.replaced.add(full)
            return f"import {replacement}" + ("" if replacement == bound else f" as {bound}")
        module, _, name = full.rpartition(".")
        if replacement := self.replacements.get(module):
            self.replaced.add(full)
            return f"from {replacement} import {name}" + ("" if name == bound else f" as {bound}")
        return ""

    def _is_linked(self, full: str, inside: bool) -> bool:
        if self.package is None:
            return False
        if any(name.startswith(full + ".") for name in self.replacements):
            return True  # a module of which something is replaced
        root = full.partition(".")[0]
        if root == self.package.partition(".")[0]:
            return True
        return not inside and root not in ALLOWED and find_spec(root) is None


def _plain(node: Import, alias: ast.alias) -> str:
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))


def _imports(statement: ast.stmt) -> Iterator[Import]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
