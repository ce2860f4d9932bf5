"""The operators that a package registers, read from decorators and schema texts."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.sources.reading.nodes import Function
from conformance.sources.reading.schema import OperatorSchema, parameters_of
from conformance.sources.reading.schema_text import parse_schema
from conformance.sources.reading.source import Source, Sources

REAL = frozenset({"torch.library.triton_op", "torch.library.custom_op"})
FAKE = frozenset(
    {
        "torch.library.register_fake",
        "torch.library.impl_abstract",
        "torch._library.triton.register_fake",
    }
)


@dataclass(frozen=True)
class Schemas:
    """The registrations in a package's files, by `namespace::name`."""

    real: dict[str, OperatorSchema] = field(default_factory=dict)
    fake: dict[str, OperatorSchema] = field(default_factory=dict)
    duplicates: tuple[OperatorSchema, ...] = ()
    """Registrations of operators that another file, or the same one, registered before."""
    unresolved: tuple[str, ...] = ()
    """Registrations whose name or schema is not a constant, as `file:line: text`."""

    def of_function(self, source: Source, function: Function) -> str | None:
        """The operator that a function of a file implements; None if it implements none."""
        for schema in (*self.real.values(), *self.duplicates):
            if (schema.file, schema.line) == (source.path, function.lineno):
                return schema.name
        return None


def read_schemas(sources: Sources) -> Schemas:
    """All registrations in the files, in the order of the files."""
    real: dict[str, OperatorSchema] = {}
    fake: dict[str, OperatorSchema] = {}
    duplicates: list[OperatorSchema] = []
    unresolved: list[str] = []
    for source in sources.files:
        for is_fake, found in _registrations(source):
            if isinstance(found, str):
                unresolved.append(found)
            elif is_fake:
                fake[found.name] = found
            elif found.name in real:
                duplicates.append(found)
            else:
                real[found.name] = found
    return Schemas(real, fake, tuple(duplicates), tuple(unresolved))


def _registrations(source: Source) -> Iterator[tuple[bool, OperatorSchema | str]]:
    by_function: dict[str, str] = {}
    for function in source.all_functions:
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
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            yield from _define(node, node.func, source)


def _define(
    call: ast.Call, function: ast.Attribute, source: Source
) -> Iterator[tuple[bool, OperatorSchema | str]]:
    if function.attr != "define":
        return
    text = _constant(source, call.args[0])
    library = function.value
    made = source.constants.get(library.id) if isinstance(library, ast.Name) else library
    space = None
    if isinstance(made, ast.Call) and (source.dotted(made.func) or "").endswith("Library"):
        space = _constant(source, made.args[0] if made.args else None)
    elif source.dotted(function) == "torch.library.define":
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
