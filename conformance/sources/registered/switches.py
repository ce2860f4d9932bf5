"""Environment variables that a tree reads, with their defaults."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from conformance.schemas.lock import Switch
from conformance.sources.reading.nodes import Function, last_name
from conformance.sources.reading.source import Source
from conformance.sources.registered.evaluation.expressions import Evaluation
from conformance.sources.registered.tree import Tree
from conformance.sources.registered.values import Scope


@dataclass(frozen=True)
class _Reader:
    """A function that reads the variable that a parameter names."""

    name: int
    parameter: str
    default: int | None
    default_parameter: str
    default_text: str | None


def read_switches(tree: Tree, evaluation: Evaluation) -> tuple[tuple[Switch, ...], list[str]]:
    """The variables by name, and what could not be read.

    Where a tree reads a variable with several defaults, the one of its table of variables (a file
    ``envs.py``) counts, else the one that is written most often.
    """
    sources = {source.path: source for source in tree.holding({"environ", "getenv"})}
    readers: dict[str, _Reader] = {}
    for source in sources.values():
        for function in source.all_functions:
            if reader := _reader(source, function):
                readers[f"{source.module}.{function.name}"] = reader
    if readers:
        words = {name.rpartition(".")[2] for name in readers}
        sources |= {source.path: source for source in tree.holding(words)}
    found: dict[str, list[tuple[bool, str | None, str]]] = {}
    for path in sorted(sources):
        source = sources[path]
        scope = evaluation.names.scope_of(source)
        for node, default, place in _reads(source, readers):
            value = evaluation.of(node, scope)
            if isinstance(value, str):
                text = _text(default, evaluation, scope)
                found.setdefault(value, []).append((path.endswith("envs.py"), text, place))
    switches, unresolved = [], []
    for name, reads in sorted(found.items()):
        table = [read for read in reads if read[0]] or reads
        defaults = [text for _, text, _ in table]
        chosen = _most_frequent(defaults)
        switches.append(Switch(name, chosen))
        others = sorted({str(each) for each in defaults} - {str(chosen)})
        if others:
            place = next(read[2] for read in table if str(read[1]) == others[0])
            unresolved.append(f"{place}: {name} is also read with the default {', '.join(others)}")
    return tuple(switches), unresolved


def _reads(
    source: Source, readers: dict[str, _Reader]
) -> Iterator[tuple[ast.expr, ast.expr | str | None, str]]:
    for node in source.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            if source.dotted(node.value) == "os.environ":
                yield node.slice, None, source.place(node)
        elif isinstance(node, ast.Call):
            if (direct := _direct(source, node)) is not None:
                yield *direct, source.place(node)
                continue
            dotted = source.dotted(node.func) or ""
            local = f"{source.module}.{dotted}"
            if reader := readers.get(dotted) or readers.get(local):
                name = _given(node, reader.name, reader.parameter)
                default: ast.expr | str | None = reader.default_text
                if reader.default is not None:
                    default = _given(node, reader.default, reader.default_parameter) or default
                if name is not None:
                    yield name, default, source.place(node)


def _direct(source: Source, node: ast.Call) -> tuple[ast.expr, ast.expr | None] | None:
    dotted = source.dotted(node.func) or ""
    if dotted not in ("os.getenv", "os.environ.get", "os.environ.setdefault", "os.environ.pop"):
        return None
    name = _given(node, 0, "key")
    return None if name is None else (name, _given(node, 1, "default"))


def _given(node: ast.Call, index: int, name: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg == name:
            return keyword.value
    return node.args[index] if index < len(node.args) else None


def _reader(source: Source, function: ast.AST) -> _Reader | None:
    assert isinstance(function, Function)
    parameters = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    defaults = function.args.defaults
    first = len(parameters) - len(defaults)
    for node in source.nodes_of(function):
        direct = _direct(source, node) if isinstance(node, ast.Call) else None
        if direct is None or last_name(direct[0]) not in parameters:
            continue
        index, given = parameters.index(last_name(direct[0])), direct[1]
        if given is not None and last_name(given) in parameters:
            place = parameters.index(last_name(given))
            text = ast.unparse(defaults[place - first]) if place >= first else None
            return _Reader(index, parameters[index], place, parameters[place], text)
        text = ast.unparse(given) if given is not None else None
        return _Reader(index, parameters[index], None, "", text)
    return None


def _text(default: ast.expr | str | None, evaluation: Evaluation, scope: Scope) -> str | None:
    if default is None or isinstance(default, str):
        return default
    value = evaluation.of(default, scope)
    return repr(value) if isinstance(value, str | int | float) else ast.unparse(default)


def _most_frequent(texts: list[str | None]) -> str | None:
    return max(dict.fromkeys(texts), key=lambda text: (texts.count(text), text or ""))
