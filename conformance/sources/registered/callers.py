"""The calls in a tree that were right by an old lock and are not by a new one."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from conformance.schemas.lock import Lock
from conformance.schemas.schema import Argument
from conformance.sources.reading.registrations import read_schemas
from conformance.sources.reading.source import Source, Sources
from conformance.sources.registered.binding import bind_call, broken_binding
from conformance.sources.registered.tree import Tree

Signatures = dict[str, tuple[Argument, ...]]


@dataclass(frozen=True, order=True)
class BrokenCall:
    """A call, a launch or an import that a change breaks."""

    file: str
    line: int
    subject: str
    """``namespace::operator`` or ``module:function``."""
    text: str
    """The call as it is written, on one line."""
    why: str


def broken_calls(
    old: Lock, new: Lock, root: Path, subjects: Collection[str] | None = None
) -> list[BrokenCall]:
    """The broken calls below ``root``, a folder or a file, by file and line.

    Looked for are calls of ``torch.ops.ns.op`` and of Python functions that are operators there,
    calls of locked functions, launches of locked kernels, and imports of functions and kernels that
    are gone. ``subjects`` holds the full names of changes that matter; None: all. Listed is a call
    whose arguments the old parameters take, and which the new ones refuse or take otherwise. Calls
    with ``*args`` or ``**kwargs`` are judged by what else they pass.
    """
    before, after = _signatures(old), _signatures(new)
    changed = {
        name
        for name, parameters in before.items()
        if after.get(name) != parameters and (subjects is None or name in subjects)
    }
    if not changed:
        return []
    words = {part for name in changed for part in _words(name)}
    tree = Tree(root)
    sources = tree.holding(words)
    operators = {
        (schema.file, schema.line): schema.name
        for schema in read_schemas(Sources(tuple(sources))).real.values()
    }
    found: set[BrokenCall] = set()
    for source in sources:
        for name, node in _uses(source, tree, operators):
            if name not in changed:
                continue
            why = _why(node, before[name], after.get(name))
            if why:
                text = " ".join(ast.unparse(node).split())[:200]
                line = getattr(node, "lineno", 0)
                found.add(BrokenCall(source.path, line, name, text, why))
    return sorted(found)


def _signatures(lock: Lock) -> Signatures:
    found = {operator.schema.full_name: operator.schema.arguments for operator in lock.operators}
    found |= {kernel.name: kernel.parameters for kernel in lock.kernels}
    return found | {function.name: function.parameters for function in lock.functions}


def _words(name: str) -> tuple[str, ...]:
    return (name.replace("::", ":").rpartition(":")[2].partition(".")[0],)


def _uses(
    source: Source, tree: Tree, operators: dict[tuple[str, int], str]
) -> Iterator[tuple[str, ast.AST]]:
    """Calls, launches and imports, with the full name of what they use."""
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module, _, name = source.imports.get(alias.asname or alias.name, "").rpartition(".")
                if name == alias.name:
                    yield f"{module}:{name}", node
        elif isinstance(node, ast.Call):
            callee = node.func.value if isinstance(node.func, ast.Subscript) else node.func
            yield from ((name, node) for name in _named(source, callee, tree, operators))


def _named(
    source: Source, callee: ast.expr, tree: Tree, operators: dict[tuple[str, int], str]
) -> Iterator[str]:
    dotted = source.dotted(callee) or ""
    if isinstance(callee, ast.Name) and (value := source.constants.get(callee.id)) is not None:
        dotted = source.dotted(value) or dotted
    if dotted.startswith("torch.ops."):
        parts = dotted.split(".")[2:]
        overload = f".{parts[2]}" if len(parts) > 2 and parts[2] != "default" else ""
        if len(parts) >= 2:
            yield f"{parts[0]}::{parts[1]}{overload}"
        return
    plain = isinstance(callee, ast.Name) and callee.id not in source.imports
    module, _, name = (f"{source.module}.{dotted}" if plain else dotted).rpartition(".")
    yield f"{module}:{name}"
    owner = tree.get(module)
    function = owner.functions.get(name) if owner else None
    if owner and function and (operator := operators.get((owner.path, function.lineno))):
        yield operator


def _why(node: ast.AST, before: tuple[Argument, ...], after: tuple[Argument, ...] | None) -> str:
    if after is None:
        return "it is gone"
    if not isinstance(node, ast.Call):
        return ""
    bound = bind_call(node, before)
    return "" if isinstance(bound, str) else broken_binding(node, bound, before, after)
