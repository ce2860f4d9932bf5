"""The files of a package as syntax trees, and what names mean from one file to another."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from conformance.sources.reading.nodes import Function, own_nodes


@dataclass(frozen=True, eq=False)
class Source:
    """One file. `path` is relative to the folder that the package lies in, with slashes."""

    path: str
    tree: ast.Module
    _nodes_of: dict[Function, tuple[ast.AST, ...]] = field(
        init=False, repr=False, default_factory=dict
    )

    @property
    def module(self) -> str:
        """The dotted name under which the file is imported."""
        parts = PurePosixPath(self.path).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def place(self, node: ast.AST) -> str:
        """`file:line` of a node."""
        return f"{self.path}:{getattr(node, 'lineno', 0)}"

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the file, outer nodes first."""
        return tuple(ast.walk(self.tree))

    def nodes_of(self, function: Function) -> tuple[ast.AST, ...]:
        """The nodes of a function's body; nested functions and classes are not entered."""
        if function not in self._nodes_of:
            self._nodes_of[function] = tuple(own_nodes(function.body))
        return self._nodes_of[function]

    @cached_property
    def imports(self) -> dict[str, str]:
        """The full dotted name of everything that the file imports, by the name it is bound to."""
        found = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    found[alias.asname or first] = alias.name if alias.asname else first
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{base}.{alias.name}"
        return found

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.module.split(".")
        dropped = node.level - self.path.endswith("__init__.py")
        parts = package[: len(package) - dropped] + ([node.module] if node.module else [])
        return ".".join(parts)

    @cached_property
    def functions(self) -> dict[str, Function]:
        """The functions at the top level by name; a later one replaces an earlier one."""
        return {node.name: node for node in self.tree.body if isinstance(node, Function)}

    @cached_property
    def methods(self) -> dict[str, list[Function]]:
        """The methods of all classes at the top level, by name."""
        found: dict[str, list[Function]] = {}
        for owner in self.tree.body:
            for node in owner.body if isinstance(owner, ast.ClassDef) else []:
                if isinstance(node, Function):
                    found.setdefault(node.name, []).append(node)
        return found

    @cached_property
    def constants(self) -> dict[str, ast.expr]:
        """The expressions of names that the top level assigns exactly once."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign) and len(node.targets) == 1:
                if isinstance(target := node.targets[0], ast.Name):
                    found.setdefault(target.id, []).append(node.value)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                found.setdefault(node.target.id, []).extend([node.value] if node.value else [])
        return {name: values[0] for name, values in found.items() if len(values) == 1}

    @cached_property
    def attributes(self) -> dict[str, list[ast.expr]]:
        """The expressions that are assigned to attributes such as `self.a`, by their text."""
        found: dict[str, list[ast.expr]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Attribute):
                        found.setdefault(ast.unparse(target), []).append(node.value)
        return found

    def dotted(self, node: ast.expr) -> str | None:
        """The text `a.b.c` of a node, with `a` replaced by the full name that it was imported as.

        None if the node is not made of names and attributes only.
        """
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return base and f"{base}.{node.attr}"
        return self.imports.get(node.id, node.id) if isinstance(node, ast.Name) else None

    @cached_property
    def all_functions(self) -> tuple[Function, ...]:
        """Every function of the file, methods and nested functions included."""
        return tuple(node for node in self.nodes if isinstance(node, Function))


@dataclass(frozen=True, eq=False)
class Sources:
    """The files of one package that are read together."""

    files: tuple[Source, ...]
    _modules: dict[str, Source] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_modules", {source.module: source for source in self.files})

    def function(self, source: Source, name: str) -> tuple[Source, Function] | None:
        """The function that a global name of `source` means, with the file that defines it."""
        for _ in range(8):  # a file may import what another file imported; circles must end
            if function := source.functions.get(name):
                return source, function
            module, _, name = source.imports.get(name, "").rpartition(".")
            if not (found := self._modules.get(module)):
                return None
            source = found
        return None


def read_sources(root: Path, paths: Iterable[str]) -> Sources:
    """Parse the files at `paths`, which are relative to `root`.

    Raises OSError if a file cannot be read, SyntaxError if it is not Python.
    """
    return Sources(
        tuple(Source(path, ast.parse((root / path).read_bytes(), path)) for path in paths)
    )
