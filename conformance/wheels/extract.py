"""Functions of a module, with all they need, as a module of its own with the same line numbers."""

import ast
import builtins
import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from conformance.wheels.errors import ExtractionError, FunctionNotFound, OutsideDependency
from conformance.wheels.files import write_atomically
from conformance.wheels.imports import Imports
from conformance.wheels.load import load_module
from conformance.wheels.statements import Statement, bound_name, statements

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

    `source` is parsed, not run. Raises `FunctionNotFound`, `OutsideDependency`, `CacheUnusable`,
    OSError if `source` cannot be read, and SyntaxError if `source` is not Python.
    """
    text = source.read_bytes()
    parts = statements(ast.parse(text, filename=str(source)))
    functions = {name for part in parts for name in part.functions()}
    for name in names:
        if name not in functions:
            raise FunctionNotFound(str(source), name, difflib.get_close_matches(name, functions))
    rules = Imports(str(source), dict(imports or {}))
    wanted = needed(str(source), parts, names, rules)
    place = out_dir / source.name
    write_atomically(place, kept(text, wanted, rules))
    return place


def needed(
    source: str, parts: Sequence[Statement], names: Iterable[str], rules: Imports
) -> dict[str, list[Statement]]:
    """The names that `names` need, these included, each with the statements that bind it.

    Raises `OutsideDependency` for a name that the module neither binds nor may import.
    """
    binders = binders_of(parts)
    found: dict[str, list[Statement]] = {}
    # A name with the line that asks for it.
    waiting = [(name, binders[name][-1].first) for name in names]
    while waiting:
        name, line = waiting.pop()
        if name in found or (name not in binders and name in _GIVEN):
            continue
        if name not in binders:
            star = " (it may come from a star import)" if "*" in binders else ""
            raise OutsideDependency(source, name, line, f"the module does not define it{star}")
        found[name] = binders[name]
        for part in binders[name]:
            if part.is_import:
                rules.check_bound(part.nodes, name)
                continue
            for node in part.nodes:
                rules.check_inside(node)
            # A statement may bind further names and is kept whole, with all of their binders.
            waiting += [(other, part.first) for other in sorted(part.reads() | part.binds())]
    return found


def binders_of(parts: Iterable[Statement]) -> dict[str, list[Statement]]:
    """The global names of a module, each with the statements that bind or change it, in order.

    What changes something imported (``torch.backends...``) is left out: it is none of the module's.
    """
    binders: dict[str, list[Statement]] = {}
    for part in parts:
        changed = {n for n in part.changes() if n in binders and not binders[n][0].is_import}
        for name in part.binds() | changed:
            binders.setdefault(name, []).append(part)
    return binders


def kept(text: bytes, wanted: Mapping[str, Sequence[Statement]], rules: Imports) -> bytes:
    """The module with everything blanked out that binds none of the `wanted` names."""
    original = text.split(b"\n")
    result = [b""] * len(original)
    parts = {id(part): part for parts in wanted.values() for part in parts}
    for part in parts.values():
        if not part.is_import:
            result[part.first - 1 : part.last] = original[part.first - 1 : part.last]
            for node in part.nodes:
                rules.rewrite_inside(node, result)
    for first, line in _import_lines(ast.parse(text), parts, wanted, rules):
        result[first - 1] += line.encode()
    return b"\n".join(result)


def _import_lines(
    tree: ast.Module,
    parts: Mapping[int, Statement],
    wanted: Mapping[str, Sequence[Statement]],
    rules: Imports,
) -> Iterator[tuple[int, str]]:
    # The meaning of the whole module depends on these, named or not.
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            yield node.lineno, ast.unparse(node)
    for part in parts.values():
        if not part.is_import:
            continue
        texts = []
        for node in part.nodes:
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                continue
            assert isinstance(node, ast.Import | ast.ImportFrom)
            aliases = [alias for alias in node.names if bound_name(node, alias) in wanted]
            texts += [rules.text(node, alias) for alias in aliases]
        yield part.first, "; ".join(texts)
