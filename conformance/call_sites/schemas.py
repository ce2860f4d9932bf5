"""Operators as their registrations declare them, read from decorators and schema texts."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from conformance.call_sites.source import Function, Source, Sources

REAL = frozenset({"torch.library.triton_op", "torch.library.custom_op"})
FAKE = frozenset(
    {
        "torch.library.register_fake",
        "torch.library.impl_abstract",
        "torch._library.triton.register_fake",
    }
)


class Kind(StrEnum):
    """How an argument may be given."""

    EITHER = "positional or keyword"
    POSITIONAL = "positional only"
    KEYWORD = "keyword only"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operator or kernel."""

    name: str
    type: str = ""
    """The annotation as it is written, or the type of a schema text; empty if there is none."""
    default: str | None = None
    kind: Kind = Kind.EITHER

    def __str__(self) -> str:
        typed = f"{self.name}: {self.type}" if self.type else self.name
        return typed if self.default is None else f"{typed} = {self.default}"


@dataclass(frozen=True)
class OperatorSchema:
    """What one registration of an operator declares."""

    name: str
    """`space::name`."""
    parameters: tuple[Parameter, ...]
    returns: str
    mutates: tuple[str, ...]
    file: str
    line: int
    function: str = ""
    """The registered function; calling it by its name calls the operator."""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Schemas:
    """The registrations in a package's files."""

    real: dict[str, OperatorSchema] = field(default_factory=dict)
    fake: dict[str, OperatorSchema] = field(default_factory=dict)
    again: tuple[OperatorSchema, ...] = ()
    """Further registrations of operators that are in `real` already."""
    unresolved: tuple[str, ...] = ()
    """Registrations whose name or schema is no constant: file, line and text."""

    def of_function(self, source: Source, function: Function) -> str | None:
        """The operator that a function of a file implements."""
        for schema in (*self.real.values(), *self.again):
            if (schema.file, schema.line) == (source.path, function.lineno):
                return schema.name
        return None


def read_schemas(sources: Sources) -> Schemas:
    """All registrations in the files, in the order of the files."""
    real: dict[str, OperatorSchema] = {}
    fake: dict[str, OperatorSchema] = {}
    again: list[OperatorSchema] = []
    unresolved: list[str] = []
    for source in sources.files:
        for is_fake, found in _registrations(source):
            if isinstance(found, str):
                unresolved.append(found)
            elif is_fake:
                fake[found.name] = found
            elif found.name in real:
                again.append(found)
            else:
                real[found.name] = found
    return Schemas(real, fake, tuple(again), tuple(unresolved))


def _registrations(source: Source) -> Iterator[tuple[bool, OperatorSchema | str]]:
    by_function: dict[str, str] = {}
    for function in source.all_functions():
        for decorator in function.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            dotted = source.dotted(call.func if call else decorator) or ""
            owner, _, last = dotted.rpartition(".")
            if last == "register_fake" and owner in by_function:
                yield True, _from_function(by_function[owner], function, source, ())
            elif call and dotted in REAL | FAKE:
                name = _constant(source, call.args[0] if call.args else None)
                if not isinstance(name, str):
                    yield dotted in FAKE, f"{source.place(call)}: {ast.unparse(call)}"
                    continue
                if dotted in REAL:
                    by_function[function.name] = name
                yield dotted in FAKE, _from_function(name, function, source, _mutates(call))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".define") and node.args:
            yield from _define(node, source)


def _define(call: ast.Call, source: Source) -> Iterator[tuple[bool, OperatorSchema | str]]:
    assert isinstance(call.func, ast.Attribute)
    text = _constant(source, call.args[0])
    library = call.func.value
    made = source.constants.get(library.id) if isinstance(library, ast.Name) else library
    space = None
    if isinstance(made, ast.Call) and (source.dotted(made.func) or "").endswith("Library"):
        space = _constant(source, made.args[0] if made.args else None)
    elif source.dotted(call.func) == "torch.library.define":
        parts = [_constant(source, argument) for argument in call.args[:2]]
        if all(isinstance(part, str) for part in parts) and len(parts) == 2:
            space, _, name = str(parts[0]).partition("::")
            text = f"{name}{parts[1]}"
    else:
        return
    if isinstance(text, str) and isinstance(space, str):
        yield False, parse_schema(space, text, source.path, call.lineno)
    else:
        yield False, f"{source.place(call)}: {ast.unparse(call)}"


def _from_function(
    name: str, function: Function, source: Source, mutates: tuple[str, ...]
) -> OperatorSchema:
    returns = ast.unparse(function.returns) if function.returns else ""
    place = (source.path, function.lineno)
    return OperatorSchema(name, parameters_of(function), returns, mutates, *place, function.name)


def parameters_of(function: Function) -> tuple[Parameter, ...]:
    """The parameters of a function in order, without `*args` and `**kwargs`."""
    a = function.args
    plain = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    kinds = [Kind.POSITIONAL] * len(a.posonlyargs) + [Kind.EITHER] * len(a.args)
    plain += a.kwonlyargs
    defaults += a.kw_defaults
    kinds += [Kind.KEYWORD] * len(a.kwonlyargs)
    return tuple(
        Parameter(
            arg.arg,
            ast.unparse(arg.annotation) if arg.annotation else "",
            None if default is None else ast.unparse(default),
            kind,
        )
        for arg, default, kind in zip(plain, defaults, kinds, strict=True)
    )


def _mutates(call: ast.Call) -> tuple[str, ...]:
    for keyword in call.keywords:
        if keyword.arg == "mutates_args":
            if isinstance(keyword.value, ast.Constant):
                return (str(keyword.value.value),)
            if isinstance(keyword.value, ast.List | ast.Tuple | ast.Set):
                return tuple(str(_literal(item)) for item in keyword.value.elts)
            return () if ast.unparse(keyword.value) in {"set()", "()"} else ("?",)
    return ()


def _constant(source: Source, node: ast.expr | None) -> object:
    if isinstance(node, ast.Name):
        node = source.constants.get(node.id)
    return None if node is None else _literal(node)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


_SCHEMA = re.compile(r"\s*([\w.]+)\s*\((.*)\)\s*->\s*(.*?)\s*", re.DOTALL)
_ARGUMENT = re.compile(r"(.+?)\s+(\w+)\s*(?:=\s*(.+))?", re.DOTALL)


def parse_schema(space: str, text: str, file: str = "", line: int = 0) -> OperatorSchema:
    """An operator from the text of a schema, such as `f(Tensor(a!) x, *, int n=1) -> Tensor`.

    Raises ValueError if the text is no schema.
    """
    if not (match := _SCHEMA.fullmatch(text)):
        raise ValueError(f"schema: got {text!r}, want one like 'f(Tensor x) -> Tensor'")
    name, inside, returns = match.groups()
    parameters, mutates, kind = [], [], Kind.EITHER
    for part in _split(inside):
        if part == "*":
            kind = Kind.KEYWORD
            continue
        if not (found := _ARGUMENT.fullmatch(part)):
            raise ValueError(f"schema: got the argument {part!r}, want a type and a name")
        type_, argument, default = found.groups()
        if "!" in type_:
            mutates.append(argument)
        plain = re.sub(r"\(\w*!?(?:\s*->[^)]*)?\)", "", type_)
        parameters.append(Parameter(argument, plain, default, kind))
    operator = f"{space}::{name}"
    return OperatorSchema(operator, tuple(parameters), returns, tuple(mutates), file, line)


def _split(text: str) -> list[str]:
    parts, depth, current, quote = [], 0, "", ""
    for letter in text:
        if letter in "'\"" and quote in {"", letter}:
            quote = "" if quote else letter
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and not depth and not quote:
            parts.append(current.strip())
            current = ""
        else:
            current += letter
    return [part for part in [*parts, current.strip()] if part]
