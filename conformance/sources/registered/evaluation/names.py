"""What names at the top of a file stand for, and attributes of values."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from conformance.sources.reading.nodes import Function
from conformance.sources.reading.source import Source
from conformance.sources.registered.protocols import Evaluating
from conformance.sources.registered.values import (
    Alternatives,
    ClassValue,
    FunctionValue,
    ModuleValue,
    Outside,
    Scope,
    Unknown,
    Value,
    is_known,
)

_BLOCKS = (ast.If, ast.Try, ast.With, ast.For, ast.While)


def top_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when a file is imported, those inside of conditions included."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If) and is_type_checking(statement.test):
            yield from top_statements(statement.orelse)
        elif isinstance(statement, _BLOCKS):
            for part in ("body", "orelse", "finalbody"):
                yield from top_statements(getattr(statement, part, []))
            for handler in getattr(statement, "handlers", []):
                yield from top_statements(handler.body)


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition holds for type checkers only."""
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


@dataclass(eq=False)
class Names:
    """The names of all files of a tree, evaluated when they are asked for."""

    evaluation: Evaluating
    modules: Mapping[str, Source]
    _scopes: dict[Source, Scope] = field(default_factory=dict)
    _bindings: dict[Source, dict[str, list[ast.AST]]] = field(default_factory=dict)
    _known: dict[tuple[Source, str], Value] = field(default_factory=dict)

    def scope_of(self, source: Source) -> Scope:
        """The scope at the top of a file."""
        return self._scopes.setdefault(source, Scope(source))

    def of_file(self, source: Source, name: str) -> Value:
        """What a name at the top of a file stands for."""
        key = (source, name)
        if key not in self._known:
            self._known[key] = Unknown(name)  # for circles
            self._known[key] = self._find(source, name)
        return self._known[key]

    def alias(self, source: Source, name: str) -> tuple[Source, ast.expr] | None:
        """The annotation that a name of a file is assigned once, with the file that does it."""
        for _ in range(8):  # a file may import what another file imported; circles must end
            nodes = self._bound(source).get(name)
            if nodes:
                node = nodes[0]
                plain = len(nodes) == 1 and isinstance(node, ast.Subscript | ast.BinOp)
                return (source, node) if plain and isinstance(node, ast.expr) else None
            module, _, name = source.imports.get(name, "").rpartition(".")
            if not (found := self.modules.get(module)):
                return None
            source = found
        return None

    def _find(self, source: Source, name: str) -> Value:
        if nodes := self._bound(source).get(name):
            found = [self._value(source, node, name) for node in nodes]
            if isinstance(found[-1], FunctionValue | ClassValue):
                return found[-1]
            known = [value for value in found if is_known(value)]
            same = all(type(value) is type(found[0]) and value == found[0] for value in found)
            return found[0] if same and known else self._one_of(found)
        if dotted := source.imports.get(name):
            return self.of_dotted(dotted)
        if name == "__name__":
            return source.module
        return Outside(name)

    def _one_of(self, found: list[Value]) -> Value:
        if len(found) == 1:
            return found[0]
        return Alternatives(tuple(found))

    def of_dotted(self, dotted: str) -> Value:
        """What a full dotted name stands for."""
        parts = dotted.split(".")
        for end in range(len(parts), 0, -1):
            if module := self.modules.get(".".join(parts[:end])):
                value: Value = ModuleValue(module)
                for part in parts[end:]:
                    value = self.evaluation.attribute(value, part)
                return value
        return Outside(dotted)

    def _bound(self, source: Source) -> dict[str, list[ast.AST]]:
        if source not in self._bindings:
            bound: dict[str, list[ast.AST]] = {}
            for node in top_statements(source.tree.body):
                if isinstance(node, Function | ast.ClassDef):
                    bound.setdefault(node.name, []).append(node)
                elif isinstance(node, ast.Assign):
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            bound.setdefault(target.id, []).append(node.value)
                        elif isinstance(target, ast.Tuple | ast.List):
                            for part in target.elts:
                                if isinstance(part, ast.Name):
                                    bound.setdefault(part.id, []).append(node)
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    if node.value is not None:
                        bound.setdefault(node.target.id, []).append(node.value)
                elif isinstance(node, ast.AugAssign | ast.For) and isinstance(
                    node.target, ast.Name
                ):
                    bound.setdefault(node.target.id, []).append(node)
            self._bindings[source] = bound
        return self._bindings[source]

    def _value(self, source: Source, node: ast.AST, name: str) -> Value:
        scope = self.scope_of(source)
        if isinstance(node, Function):
            return self.evaluation.decorated(node, FunctionValue(source, node, scope), scope)
        if isinstance(node, ast.ClassDef):
            return ClassValue(source, node, scope)
        if isinstance(node, ast.expr):
            return self.evaluation.of(node, scope)
        return Unknown(name)
