"""Names of a package that is not installed, brought to life out of the files of its wheel."""

import ast
import difflib
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from conformance.wheels.errors import (
    CacheUnusable,
    CircularModules,
    ExtractionError,
    FunctionNotFound,
)
from conformance.wheels.extract import binders_of, kept, needed
from conformance.wheels.files import write_atomically
from conformance.wheels.imports import LINKS, Imports
from conformance.wheels.load import load_module
from conformance.wheels.partial import with_replacements
from conformance.wheels.statements import Statement, bound_name, statements


@dataclass
class _Module:
    """A module of the package: which of its names are wanted, and what these need."""

    path: Path
    text: bytes
    parts: list[Statement]
    rules: Imports
    wanted: set[str] = field(default_factory=set)
    needed: Mapping[str, list[Statement]] = field(default_factory=dict)
    loaded: ModuleType | None = None


class Package:
    """Modules of a package, loaded as far as one name of one file needs them.

    `find` gives a file by its path in the wheel, or None. `imports` maps the full name of a module,
    or of something in it, to the module to use in its place. For a name that neither the wheel nor
    `imports` has, `absent` is called with the full name, and its answer is used. Extracted files go
    below `folder`.

    A statement runs only if it binds a name that is needed, directly or through other names. So
    registrations do not run, and neither do the parents of a module. `sys.modules` has none of the
    modules under its own name: the package may be installed as well, in another version.
    """

    def __init__(
        self,
        find: Callable[[str], Path | None],
        folder: Path,
        imports: Mapping[str, str],
        absent: Callable[[str], Any],
    ) -> None:
        self._find, self._folder = find, folder
        self._imports, self._absent = dict(imports), absent
        self._modules: dict[str, _Module | None] = {}
        self._targets: dict[str, tuple[str, str] | None] = {}
        self._values: dict[str, Any] = {}
        self._loading: list[str] = []

    @property
    def stood_in(self) -> tuple[str, ...]:
        """Full names of what something else stands for: absent, or replaced by `imports`."""
        found = {name for m in self._modules.values() if m for name in m.rules.replaced}
        for name, target in self._targets.items():
            if target is None:
                found |= self._replaced(name).keys() or {name}
        return tuple(sorted(found))

    def load(self, file: str, name: str) -> Any:
        """What the file of the wheel binds to `name` at its top level. To be called once.

        Raises as `prepare`, and whatever running the file raises.
        """
        return self.prepare(file, name)()

    def prepare(self, file: str, name: str) -> Callable[[], Any]:
        """Find all that a name of a file needs, and run nothing; what is returned runs it.

        Raises `FunctionNotFound`, `ExtractionError`, `CacheUnusable` and what `find` raises. What
        is returned raises `CircularModules`, `CacheUnusable` and whatever running the file raises.
        """
        module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        try:
            part = self._module(module)
            if part is None:
                raise ExtractionError(f"there is no file {file}")
            known = binders_of(part.parts)
            if name not in known:
                raise FunctionNotFound(file, name, difflib.get_close_matches(name, known))
            self._want(module, name)
        except (SyntaxError, RecursionError, MemoryError) as error:
            # Some mistakes in a text are found when its statements are compiled.
            raise ExtractionError(f"{file}: {type(error).__name__}: {error}") from error
        return lambda: getattr(self._run(module), name)

    def __getitem__(self, full: str) -> Any:
        """What an import of `full` gives. For extracted modules."""
        if full not in self._values:
            if target := self._targets[full]:
                return getattr(self._run(target[0]), target[1])
            replaced, absent = self._replaced(full), self._absent
            self._values[full] = with_replacements(full, replaced) if replaced else absent(full)
        return self._values[full]

    def _replaced(self, module: str) -> dict[str, str]:
        """The replacements for something within a module."""
        return {n: by for n, by in self._imports.items() if n.startswith(module + ".")}

    def _want(self, module: str, name: str) -> None:
        """Note that a name is needed, and all that it needs, through all modules."""
        waiting = [(module, name)]
        while waiting:
            module, name = waiting.pop()
            part = self._module(module)
            assert part is not None
            if name in part.wanted:
                continue
            part.wanted.add(name)
            part.needed = needed(str(part.path), part.parts, sorted(part.wanted), part.rules)
            for full in sorted(part.rules.links - self._targets.keys()):
                self._targets[full] = self._defined(full)
            targets = [self._targets[full] for full in sorted(part.rules.links)]
            waiting += [target for target in targets if target]

    def _defined(self, full: str, through: tuple[str, ...] = ()) -> tuple[str, str] | None:
        """Module and name that an import of `full` leads to, star imports followed."""
        module, _, name = full.rpartition(".")
        part = self._module(module) if module and full not in through else None
        if part is None:
            return None
        bound = binders_of(p for p in part.parts if not p.is_for_types_only).get(name)
        if bound and not _is_itself(part, bound, full):
            return module, name
        stars = (f"{source}.{name}" for source in _stars(part))
        return next(filter(None, (self._defined(s, (*through, full)) for s in stars)), None)

    def _module(self, name: str) -> _Module | None:
        if name not in self._modules:
            place = name.replace(".", "/")
            self._modules[name] = None
            for file, package in (
                (f"{place}/__init__.py", name),
                (f"{place}.py", name.rpartition(".")[0]),
            ):
                if path := self._find(file):
                    text, parts = _parsed(path)
                    rules = Imports(str(path), self._imports, package)
                    self._modules[name] = _Module(path, text, parts, rules)
                    break
        return self._modules[name]

    def _run(self, name: str) -> ModuleType:
        part = self._modules[name]
        assert part is not None
        if part.loaded is None:
            if name in self._loading:
                circle = (*self._loading[self._loading.index(name) :], name)
                raise CircularModules(circle)
            text = kept(part.text, part.needed, part.rules)
            # Another process may want other names of the same file.
            folder = self._folder / hashlib.sha256(text).hexdigest()[:12]
            place = folder / (name.replace(".", "/") + ".py")
            write_atomically(place, text)
            self._loading.append(name)
            try:
                part.loaded = load_module(place, {LINKS: self})
            finally:
                self._loading.pop()
        return part.loaded


def _parsed(path: Path) -> tuple[bytes, list[Statement]]:
    """The text and statements of a file. Raises `CacheUnusable`, `ExtractionError`, SyntaxError."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise CacheUnusable(str(path), error) from error
    try:
        return text, statements(ast.parse(text, filename=str(path)))
    except ValueError as error:  # a NUL in it
        raise ExtractionError(f"{path}: {type(error).__name__}: {error}") from error


def _is_itself(part: _Module, bound: list[Statement], full: str) -> bool:
    """Whether a name is nothing but a module below its own (``from . import errors``)."""
    return all(
        isinstance(node, ast.ImportFrom)
        and any(part.rules.full_name(node, alias) == full for alias in node.names)
        for statement in bound
        for node in statement.nodes
    )


def _stars(part: _Module) -> Iterator[str]:
    """Full names of the modules of which a module imports everything."""
    for statement in part.parts:
        for node in statement.nodes:
            if isinstance(node, ast.ImportFrom) and bound_name(node, node.names[0]) == "*":
                yield part.rules.full_name(node, node.names[0]).removesuffix(".*")
