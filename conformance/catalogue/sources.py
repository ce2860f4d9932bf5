"""The files that an operator is made of: what it names, and what these import of the same folder
tree. Nothing is imported; imports are read from the syntax."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

from conformance.catalogue.operators import GROUP

MOST_BYTES = 4 << 20
"""A larger file is not read for its imports."""


def file_of(text: str) -> Path | None:
    """The file that ``FILE.py:NAME``, ``FILE.py``, ``MODULE:NAME``, a module or an operator of an
    entry point names; None if it names none that is there."""
    if not text:
        return None
    if text.endswith(".py") or ".py:" in text:
        path = Path(text.partition(".py:")[0] + ".py" if ".py:" in text else text)
        return path.resolve() if path.is_file() else None
    points = entry_points(group=GROUP, name=text)
    module = next(iter(points)).module if points else text.partition(":")[0]
    if not module or "::" in text or "==" in text:
        return None
    return _module_file(module)


def with_imports(files: Iterable[Path], root: Path) -> set[Path]:
    """These files and all below ``root`` that they import, directly or not."""
    found: set[Path] = set()
    waiting = [file for file in files if file.is_relative_to(root)]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found.add(file)
        waiting += [each for each in _imported(file, root) if each not in found]
    return found


@lru_cache(maxsize=4096)
def _imported(file: Path, root: Path) -> frozenset[Path]:
    try:
        if file.suffix != ".py" or file.stat().st_size > MOST_BYTES:
            return frozenset()
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return frozenset()  # the run says what is wrong with it
    names = set(_names(tree))
    found = {_beside(name, file, root) or _module_file(name) for name in names if name}
    return frozenset(each for each in found if each and each.is_relative_to(root))


def _names(node: ast.AST) -> Iterator[str]:
    """What is imported below a node, those aside that only a type checker imports.

    A relative module begins with its dots.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue
        if isinstance(child, ast.Import):
            yield from (alias.name for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = "." * child.level + (child.module or "")
            yield base
            joint = "" if base.endswith(".") or not base else "."
            yield from (f"{base}{joint}{alias.name}" for alias in child.names)
        else:
            yield from _names(child)


def _beside(name: str, file: Path, root: Path) -> Path | None:
    """A module by its place: relative to the file, beside it, or from the root."""
    level = len(name) - len(name.lstrip("."))
    parts = [part for part in name.split(".") if part]
    folder = file.parent
    for _ in range(level - 1):
        folder = folder.parent
    for start in [folder] if level else [file.parent, root, root / "src"]:
        for place in (
            start.joinpath(*parts).with_suffix(".py") if parts else start / "__init__.py",
            start.joinpath(*parts, "__init__.py"),
        ):
            if place.is_file():
                return place.resolve()
    return None


@lru_cache(maxsize=4096)
def _module_file(name: str) -> Path | None:
    """The file of a module that can be imported; no parent package is imported for it."""
    first, *rest = name.split(".")
    try:
        spec = find_spec(first)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if not rest:
        return Path(spec.origin).resolve() if spec.origin and spec.has_location else None
    for folder in spec.submodule_search_locations or ():
        for place in (
            Path(folder).joinpath(*rest).with_suffix(".py"),
            Path(folder).joinpath(*rest, "__init__.py"),
        ):
            if place.is_file():
                return place.resolve()
    return None
