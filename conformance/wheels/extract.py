"""Functions of a module, with all they need, as a module of its own with the same line numbers."""

import ast
import builtins
import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from conformance.wheels.errors import ExtractionError, FunctionNotFound, OutsideDependency
from conformance.wheels.imports import Imports
from conformance.wheels.load import load_module
from conformance.wheels.statements import Statement, bound_name, statements
from conformance.wheels.wheels import write_atomically

__all__ = [
    "ExtractionError",
    "FunctionNotFound",
    "OutsideDependency",
    "extract_functions",
    "load_module",
]

# Names that every module has.
_GIVEN = frozenset(dir(builtins)) | {
    "__annotations__",
    "__builtins__",
    "__conditional_annotations__",
    "__doc__",
    "__file__",
    "__name__",
    "__package__",
    "__spec__",
}


def extract_functions(
    source: Path,
    names: Sequence[str],
    out_dir: Path,
    *,
    imports: Mapping[str, str] | None = None,
) -> Path:
    """Write the functions `names` of `source`, and what they need, to `out_dir`; return the path.

    With them go their decorators and everything of the module that they refer to, directly or
    through one another. Everything else is blanked out, so that a line has the number it has in
    `source`, and the file keeps its name. The result imports torch, triton and the standard
    library only. `imports` replaces what comes from elsewhere: the full name of what is imported
    (with leading dots if the import is relative) to the module to bind in its place, as in
    `{"vllm.triton_utils.tl": "triton.language"}`.

    `source` is parsed, not run. Raises `FunctionNotFound`, `OutsideDependency`, OSError, and
    SyntaxError if `source` is not Python.
    """
    text = source.read_bytes()
    parts = statements(ast.parse(text, filename=str(source)))
    rules = Imports(str(source), dict(imports or {}))
    wanted = _needed(str(source), parts, names, rules)
    return _write(out_dir / source.name, text, wanted, rules)


def _needed(
    source: str, parts: Sequence[Statement], names: Sequence[str], rules: Imports
) -> dict[str, list[Statement]]:
    """The names that are needed, each with the statements that bind it."""
    functions = {name for part in parts for name in part.functions()}
    for name in names:
        if name not in functions:
            raise FunctionNotFound(source, name, difflib.get_close_matches(name, functions))
    binders: dict[str, list[Statement]] = {}
    for part in parts:
        for name in part.binds():
            binders.setdefault(name, []).append(part)
    needed: dict[str, list[Statement]] = {}
    # A name with the line that asks for it.
    waiting = [(name, binders[name][-1].first) for name in names]
    while waiting:
        name, line = waiting.pop()
        if name in needed or (name not in binders and name in _GIVEN):
            continue
        if name not in binders:
            star = " (it may come from a star import)" if "*" in binders else ""
            raise OutsideDependency(source, name, line, f"the module does not define it{star}")
        needed[name] = binders[name]
        for part in binders[name]:
            if part.is_import:
                rules.check_bound(part.nodes, name)
                continue
            for node in part.nodes:
                rules.check_inside(node)
            # A statement may bind further names and is kept whole, with all of their binders.
            waiting += [(other, part.first) for other in sorted(part.reads() | part.binds())]
    return needed


def _write(
    place: Path, text: bytes, needed: Mapping[str, Sequence[Statement]], rules: Imports
) -> Path:
    original = text.split(b"\n")
    result = [b""] * len(original)
    kept = {id(part): part for parts in needed.values() for part in parts}
    for part in kept.values():
        if not part.is_import:
            result[part.first - 1 : part.last] = original[part.first - 1 : part.last]
            for node in part.nodes:
                rules.rewrite_inside(node, result)
    for first, line in _import_lines(ast.parse(text), kept, needed, rules):
        result[first - 1] += line.encode()
    write_atomically(place, b"\n".join(result))
    return place


def _import_lines(
    tree: ast.Module,
    kept: Mapping[int, Statement],
    needed: Mapping[str, Sequence[Statement]],
    rules: Imports,
) -> Iterator[tuple[int, str]]:
    # The meaning of the whole module depends on these, named or not.
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield node.lineno, ast.unparse(node)
    for part in kept.values():
        if not part.is_import:
            continue
        texts = []
        for node in part.nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                continue
            assert isinstance(node, ast.Import | ast.ImportFrom)
            aliases = [alias for alias in node.names if bound_name(node, alias) in needed]
            texts += [rules.text(node, alias) for alias in aliases]
        yield part.first, "; ".join(texts)
