"""Following calls into functions and classes of the tree, with the values that are passed."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conformance.sources.reading.nodes import Function
from conformance.sources.reading.source import Source
from conformance.sources.registered.evaluation import statements, torch_library
from conformance.sources.registered.evaluation.binding import bound_parameters
from conformance.sources.registered.evaluation.expressions import Evaluation
from conformance.sources.registered.evaluation.names import Names
from conformance.sources.registered.found import Found
from conformance.sources.registered.values import (
    Alternatives,
    ClassValue,
    Decorator,
    FunctionValue,
    Instance,
    Method,
    Outside,
    Partial,
    Scope,
    Super,
    Unknown,
    Value,
    is_known,
)

MAX_DEPTH = 12
"""How many calls deep is followed."""
MAX_STEPS = 400_000
"""Statements that are followed in a tree."""
MOST_ITEMS = 4096
_PURE = {"format", "join", "replace", "split", "strip", "lower", "upper", "removeprefix",
         "removesuffix", "partition", "items", "keys", "values", "get", "rpartition", "title",
         "startswith", "endswith", "copy", "lstrip", "rstrip"}  # fmt: skip


class TooLong(Exception):
    """The tree registers operators in more statements than are followed."""


@dataclass(eq=False)
class Following:
    """Follows what registers operators. ``registers`` holds the functions that may do so."""

    modules: Mapping[str, Source]
    registers: set[ast.AST]
    found: Found
    evaluation: Evaluation = field(init=False)
    entered: set[ast.AST] = field(default_factory=set)
    _decorated: set[ast.AST] = field(default_factory=set)
    _steps: int = 0
    _active: list[ast.AST] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.evaluation = Evaluation(self)
        self.evaluation.names = Names(self.evaluation, self.modules)

    def step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooLong(f"more than {MAX_STEPS} statements")

    def run_file(self, source: Source) -> None:
        """Follow the statements at the top of a file."""
        statements.run(self, source.tree.body, self.evaluation.names.scope_of(source))

    def run_function(self, source: Source, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Follow a function that nobody was seen to call, with arguments that nobody knows."""
        value = FunctionValue(source, node, self.evaluation.names.scope_of(source))
        self._enter(value, (), {}, f"{source.path}:{node.lineno}", value.scope)

    def was_decorated(self, node: ast.AST) -> bool:
        """Whether the decorators of a function were applied."""
        return node in self._decorated

    def call(self, node: ast.Call, scope: Scope) -> Value:
        callee = self.evaluation.of(node.func, scope)
        arguments: list[Value] = []
        for argument in node.args:
            value = self.evaluation.of(argument, scope)
            if isinstance(argument, ast.Starred):
                arguments += value if isinstance(value, list | tuple) else [Unknown("*")]
            else:
                arguments.append(value)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.evaluation.of(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, dict):
                keywords |= {key: v for key, v in value.items() if isinstance(key, str)}
        place = scope.source.place(node)
        return self.apply(callee, arguments, keywords, place, scope)

    def apply(
        self,
        callee: Value,
        arguments: Sequence[Value],
        keywords: dict[str, Value],
        place: str,
        scope: Scope,
    ) -> Value:
        """The value of a call of a value."""
        known = torch_library.call(self, callee, arguments, keywords, place, scope)
        if known is not torch_library.NOT_MINE:
            return known
        if isinstance(callee, FunctionValue):
            return self._enter(callee, arguments, keywords, place, scope)
        if isinstance(callee, ClassValue):
            made = Instance(callee)
            start = self.member(callee, "__init__", made)
            if isinstance(start, FunctionValue):
                self._enter(start, arguments, keywords, place, scope)
            return made
        if isinstance(callee, Outside) and callee.dotted == "functools.partial" and arguments:
            return Partial(arguments[0], tuple(arguments[1:]), dict(keywords))
        if isinstance(callee, Partial):
            given = [*callee.arguments, *arguments]
            return self.apply(callee.callee, given, {**callee.keywords, **keywords}, place, scope)
        if isinstance(callee, Decorator) and len(arguments) == 1:
            return callee.apply(arguments[0])
        if isinstance(callee, Method):
            return _pure(callee, arguments, keywords)
        if isinstance(callee, Alternatives):
            results = [self.apply(v, arguments, keywords, place, scope) for v in callee.values]
            return Alternatives(tuple(results))
        if isinstance(callee, Outside) and callee.dotted == "super":
            first = next(iter(scope.names.values()), None)
            return Super(first) if isinstance(first, Instance) else Unknown("super()")
        if isinstance(callee, Outside) and callee.dotted in ("list", "tuple", "set", "str"):
            return arguments[0] if arguments else ([] if callee.dotted != "str" else "")
        if isinstance(callee, Outside) and callee.dotted == "dict" and not arguments:
            return dict(keywords)
        return Unknown(f"{place}: a call")

    def decorate(self, decorator: Value, value: Value, node: ast.expr, scope: Scope) -> Value:
        if isinstance(value, FunctionValue):
            self._decorated.add(value.node)
        if isinstance(decorator, Unknown) or decorator is None:
            return None
        return self.apply(decorator, [value], {}, scope.source.place(node), scope)

    def member(self, owner: ClassValue, name: str, of: Value = None) -> Value:
        for node in owner.node.body:
            if isinstance(node, Function) and node.name == name:
                kinds = {ast.unparse(decorator) for decorator in node.decorator_list}
                if "property" in kinds:
                    return Unknown(name)
                first = None if "staticmethod" in kinds else of
                first = owner if "classmethod" in kinds else first
                return FunctionValue(owner.source, node, owner.scope, first)
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
            if any(isinstance(t, ast.Name) and t.id == name for t in targets):
                return self.evaluation.of(getattr(node, "value", None), owner.scope)
        return self._of_bases(owner, name, of)

    def inherited(self, value: Super, name: str) -> Value:
        return self._of_bases(value.instance.type, name, value.instance)

    def _of_bases(self, owner: ClassValue, name: str, of: Value) -> Value:
        for base in owner.node.bases:
            parent = self.evaluation.of(base, owner.scope)
            if isinstance(parent, ClassValue) and parent.node is not owner.node:
                return self.member(parent, name, of)
        return Unknown(name)

    def items(self, value: Value) -> Sequence[Value] | None:
        if isinstance(value, dict):
            value = list(value)
        known = isinstance(value, list | tuple | set | frozenset) and len(value) <= MOST_ITEMS
        return list(value) if known else None

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            if scope.is_module and target.id not in scope.live:
                return  # names at the top of a file are evaluated where they are asked for
            if target.id not in scope.declared:
                scope.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            plain = isinstance(value, list | tuple) and len(value) == len(target.elts)
            for index, part in enumerate(target.elts):
                self.bind(part, value[index] if plain else Unknown(ast.unparse(part)), scope)
        elif isinstance(target, ast.Attribute):
            owner = self.evaluation.of(target.value, scope)
            if isinstance(owner, Instance):
                owner.attributes[target.attr] = value
        elif isinstance(target, ast.Subscript):
            owner = self.evaluation.of(target.value, scope)
            index = self.evaluation.of(target.slice, scope)
            if isinstance(owner, dict) and isinstance(index, str | int):
                owner[index] = value

    def _enter(
        self,
        function: FunctionValue,
        arguments: Sequence[Value],
        keywords: dict[str, Value],
        place: str,
        scope: Scope,
    ) -> Value:
        node = function.node
        small = isinstance(node, ast.Lambda) or len(node.body) <= 3
        if node not in self.registers and not small:
            return Unknown(f"{place}: {function.name}(...)")
        if len(scope.places) >= MAX_DEPTH or node in self._active:
            return Unknown(f"{place}: too deep")
        first = [] if function.owner is None else [function.owner]
        places = (*scope.places, place)
        inner = Scope(function.source, {}, function.scope, places=places)
        inner.names = bound_parameters(self, function, [*first, *arguments], keywords)
        if isinstance(node, ast.Lambda):
            return self.evaluation.of(node.body, inner)
        self.entered.add(node)
        self._active.append(node)
        try:
            statements.run(self, node.body, inner)
        finally:
            self._active.pop()
        results = inner.returned or [None]
        return results[0] if len(results) == 1 else Alternatives(tuple(results))


def _pure(method: Method, arguments: Sequence[Value], keywords: dict[str, Value]) -> Value:
    """What a method of a constant gives."""
    owner = method.owner
    if isinstance(owner, list) and method.name in ("append", "extend") and len(arguments) == 1:
        if method.name == "append":
            owner.append(arguments[0])
        elif isinstance(arguments[0], list | tuple):
            owner.extend(arguments[0])
        return None
    usable = method.name in _PURE and isinstance(owner, str | dict | list | tuple)
    if not usable or not is_known([*arguments, *keywords.values()]):
        return Unknown(method.name)
    if isinstance(owner, str) and not all(
        isinstance(a, str | int | list | tuple) for a in arguments
    ):
        return Unknown(method.name)
    try:
        result = getattr(owner, method.name)(*arguments, **keywords)
    except Exception:
        return Unknown(method.name)
    lazy = method.name in ("items", "keys", "values")
    return list(result) if lazy else result
