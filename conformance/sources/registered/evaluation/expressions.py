"""What expressions stand for, as far as constants and the tree itself say it."""

import ast
from dataclasses import dataclass, field, replace

from conformance.sources.registered.evaluation.arithmetic import BINARY, COMPARE, computed
from conformance.sources.registered.evaluation.names import Names
from conformance.sources.registered.protocols import Calling
from conformance.sources.registered.values import (
    Alternatives,
    ClassValue,
    FunctionValue,
    Instance,
    LibraryValue,
    Method,
    ModuleValue,
    OperatorValue,
    Outside,
    Scope,
    Super,
    Unknown,
    Value,
    is_known,
    truth,
)


@dataclass(eq=False)
class Evaluation:
    """Evaluates expressions; calls are left to ``calling``."""

    calling: Calling
    names: Names = field(init=False)

    def of(self, node: ast.expr | None, scope: Scope) -> Value:
        """The value of an expression. Calls in it are followed."""
        if node is None:
            return None
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    self.of(child, scope)
            return Unknown(ast.unparse(node))
        return method(node, scope)

    def name(self, name: str, scope: Scope) -> Value:
        """What a name stands for in a scope."""
        inner: Scope | None = scope
        while inner is not None:
            if name in inner.names:
                return inner.names[name]
            inner = inner.outer
        return self.names.of_file(scope.source, name)

    def attribute(self, value: Value, name: str) -> Value:
        """The attribute of a value."""
        if isinstance(value, Outside):
            return Outside(f"{value.dotted}.{name}")
        if isinstance(value, ModuleValue):
            inner = f"{value.source.module}.{name}"
            found = self.names.of_file(value.source, name)
            missing = isinstance(found, Outside) and found.dotted == name
            module = self.names.modules.get(inner)
            return ModuleValue(module) if missing and module else found
        if isinstance(value, FunctionValue) and name in ("__name__", "__qualname__"):
            return value.name
        if isinstance(value, Instance):
            if name in value.attributes:
                return value.attributes[name]
            return self.calling.member(value.type, name, value)
        if isinstance(value, ClassValue):
            return value.node.name if name == "__name__" else self.calling.member(value, name)
        if isinstance(value, Super):
            return self.calling.inherited(value, name)
        if isinstance(value, LibraryValue) and name == "ns":
            return value.namespace
        if isinstance(value, LibraryValue | OperatorValue | str | list | dict | tuple | set):
            return Method(value, name)
        return Unknown(name)

    def decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef, value: Value, scope: Scope):
        """A function with its decorators applied; those that nobody knows change nothing."""
        for decorator in reversed(node.decorator_list):
            made = self.of(decorator, scope)
            result = self.calling.decorate(made, value, decorator, scope)
            if not isinstance(result, Unknown | Outside) and result is not None:
                value = result
        return value

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        return node.value

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        return self.name(node.id, scope)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        value = self.attribute(self.of(node.value, scope), node.attr)
        return Unknown(ast.unparse(node)) if isinstance(value, Unknown) else value

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Value:
        parts = []
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.of(part.value, scope)
                plain = part.conversion == -1 and part.format_spec is None
                if not plain or not isinstance(value, str | int | float):
                    return Unknown(ast.unparse(node))
                parts.append(str(value))
            else:
                parts.append(str(self.of(part, scope)))
        return "".join(parts)

    def _elements(self, nodes: list[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                value = self.of(node.value, scope)
                found += list(value) if isinstance(value, list | tuple) else [Unknown("*")]
            else:
                found.append(self.of(node, scope))
        return found

    def _list(self, node: ast.List, scope: Scope) -> Value:
        return self._elements(node.elts, scope)

    def _tuple(self, node: ast.Tuple, scope: Scope) -> Value:
        return tuple(self._elements(node.elts, scope))

    def _set(self, node: ast.Set, scope: Scope) -> Value:
        return tuple(self._elements(node.elts, scope))

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        found: dict[Value, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            inner = self.of(value, scope)
            if key is None:
                found |= inner if isinstance(inner, dict) else {}
                continue
            made = self.of(key, scope)
            try:
                found[made] = inner
            except TypeError:
                return Unknown(ast.unparse(node))
        return found

    def _binop(self, node: ast.BinOp, scope: Scope) -> Value:
        left, right = self.of(node.left, scope), self.of(node.right, scope)
        return computed(node, BINARY.get(type(node.op)), left, right)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.of(node.operand, scope)
        if isinstance(node.op, ast.Not):
            known = truth(value)
            return Unknown(ast.unparse(node)) if known is None else not known
        if isinstance(value, int | float) and isinstance(node.op, ast.USub):
            return -value
        return Unknown(ast.unparse(node))

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Value:
        value: Value = None
        wanted = isinstance(node.op, ast.Or)
        for part in node.values:
            value = self.of(part, scope)
            known = truth(value)
            if known is None:
                return Unknown(ast.unparse(node))
            if known == wanted:
                return value
        return value

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self.of(node.left, scope)
        rights = [self.of(part, scope) for part in node.comparators]
        how = COMPARE.get(type(node.ops[0]))
        if len(rights) > 1 or how is None or isinstance(left, Outside | Unknown | Alternatives):
            return Unknown(ast.unparse(node))
        right = rights[0]
        if right is None and isinstance(node.ops[0], ast.Is | ast.IsNot):
            return (left is None) == isinstance(node.ops[0], ast.Is)
        return computed(node, how, left, right)

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Value:
        known = truth(self.of(node.test, scope))
        if known is not None:
            return self.of(node.body if known else node.orelse, scope)
        both = (self.of(node.body, scope), self.of(node.orelse, scope))
        same = is_known(both[0]) and type(both[0]) is type(both[1]) and both[0] == both[1]
        return both[0] if same else Alternatives(both)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return FunctionValue(scope.source, node, scope)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        value, index = self.of(node.value, scope), self.of(node.slice, scope)
        if isinstance(value, list | tuple | dict | str) and is_known(index):
            try:
                return value[index]
            except (TypeError, LookupError):
                return Unknown(ast.unparse(node))
        return Unknown(ast.unparse(node))

    def _listcomp(self, node: ast.ListComp, scope: Scope) -> Value:
        if len(node.generators) != 1:
            return Unknown(ast.unparse(node))
        loop, found = node.generators[0], []
        values = self.calling.items(self.of(loop.iter, scope))
        if values is None:
            return Unknown(ast.unparse(node))
        for value in values:
            inner = replace(scope, names=dict(scope.names), outer=scope.outer or scope)
            self.calling.bind(loop.target, value, inner)
            tests = [truth(self.of(test, inner)) for test in loop.ifs]
            if None in tests:
                return Unknown(ast.unparse(node))
            if all(tests):
                found.append(self.of(node.elt, inner))
        return found

    _setcomp = _listcomp
    _generatorexp = _listcomp

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.of(node.value, scope)
        self.calling.bind(node.target, value, scope)
        return value

    def _starred(self, node: ast.Starred, scope: Scope) -> Value:
        return self.of(node.value, scope)

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        return self.calling.call(node, scope)
