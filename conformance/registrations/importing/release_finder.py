"""Modules of a release that is not installed, under their own names, in this process."""

import ast
import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution, DistributionFinder
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from conformance.catalogue.objects import load_object
from conformance.registrations.importing.modules import said
from conformance.registrations.importing.release_metadata import distributions
from conformance.registrations.importing.stand_in_modules import StandInModule
from conformance.subjects.stand_in import StandIns, StandInUsed

_IMPORT_MACHINERY = (
    "<frozen importlib",
    importlib.__file__,
    __file__,
    str(Path(__file__).with_name("stand_in_modules.py")),
)


class ReleaseFinder:
    """Finds modules in the unpacked ``folder`` of a release before anything that is installed.

    What code of the release imports and nobody has is stood in for, unless it is imported in a
    ``try`` that goes on without it; ``stood_in`` collects the names of these modules.
    ``replacements`` maps full names of what they hold to ``MODULE:NAME``, which takes its place.
    ``versions`` are those of distributions, for code that asks for them while it is imported.
    """

    def __init__(
        self,
        folder: Path,
        roots: Sequence[str],
        replacements: Mapping[str, str],
        versions: Mapping[str, str],
    ) -> None:
        self._folder, self._roots = folder, frozenset(roots)
        self._replacements, self._versions = dict(replacements), dict(versions)
        self._stand_ins = StandIns()
        self.stood_in: set[str] = set()
        self.broken: dict[str, str] = {}
        self._inside = str(folder) + "/"

    def __enter__(self) -> "ReleaseFinder":
        sys.meta_path.insert(0, self)
        return self

    def __exit__(self, *error: object) -> None:
        """Modules of the release can still be imported afterwards; stand-ins cannot, and raise."""
        self._stand_ins.loading = False
        for name in [n for n, m in sys.modules.items() if isinstance(m, StandInModule)]:
            del sys.modules[name]

    def find_spec(
        self, name: str, path: Any = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in self._roots:
            return self._own(name)
        if not self._stand_ins.loading or not self._is_needed(name):
            return None
        self.stood_in.add(name)
        loader: Any = _StandInLoader(self._stand_ins, self._replacements)
        return ModuleSpec(name, loader, is_package=True)

    def find_distributions(self, context: DistributionFinder.Context) -> Iterable[Distribution]:
        """For `importlib.metadata`."""
        return distributions(self._versions if self._stand_ins.loading else {}, context)

    def _own(self, name: str) -> ModuleSpec | None:
        place = self._folder / name.replace(".", "/")
        package, file = place / "__init__.py", place.with_name(f"{place.name}.py")
        for found, below in ((package, [str(place)]), (file, None)):
            if found.is_file():
                loader = _Text(name, str(found), self.broken)
                return importlib.util.spec_from_file_location(
                    name, found, loader=loader, submodule_search_locations=below
                )
        if not place.is_dir():
            return None
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(place)]
        return spec

    def _is_needed(self, name: str) -> bool:
        """Whether code of the release asks for a module that nobody has, and cannot do without."""
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and frame.f_code.co_filename.startswith(_IMPORT_MACHINERY):
            frame = frame.f_back
        if frame is None or not frame.f_code.co_filename.startswith(self._inside):
            return False  # somebody else, or `importlib.util.find_spec`, which only asks
        parent = sys.modules.get(name.rpartition(".")[0])
        if isinstance(parent, StandInModule):
            return True
        if frame.f_lineno in _optional_lines(frame.f_code.co_filename):
            return False
        try:
            return PathFinder.find_spec(name, getattr(parent, "__path__", None)) is None
        except (ImportError, ValueError):
            return True


class _Text(importlib.machinery.SourceFileLoader):
    """Compiles the text itself: a file in ``__pycache__`` has no hash.

    A package whose ``__init__`` computes with a stand-in is there as far as it came, and noted in
    ``broken``: what lies below it may do without.
    """

    def __init__(self, name: str, path: str, broken: dict[str, str]) -> None:
        super().__init__(name, path)
        self._broken = broken

    def exec_module(self, module: ModuleType) -> None:
        try:
            super().exec_module(module)
        except StandInUsed as error:
            if not hasattr(module, "__path__"):
                raise
            self._broken[module.__name__] = said(error)

    def get_code(self, fullname: str) -> Any:
        return self.source_to_code(self.get_data(self.path), self.path)


class _StandInLoader:
    def __init__(self, stand_ins: StandIns, replacements: Mapping[str, str]) -> None:
        self._stand_ins, self._replacements = stand_ins, replacements

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        owners = (name.rpartition(".")[0] for name in self._replacements)
        return StandInModule(spec.name, self._stand_ins, owners)

    def exec_module(self, module: ModuleType) -> None:
        for full, replacement in self._replacements.items():
            owner, _, name = full.rpartition(".")
            if owner == module.__name__:
                setattr(module, name, load_object(replacement))


@lru_cache(maxsize=4096)
def _optional_lines(file: str) -> frozenset[int]:
    """Lines of statements that may fail: in a ``try`` with handlers, or under ``suppress``."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    lines: set[int] = set()
    for node in ast.walk(tree):
        guarded = isinstance(node, ast.Try) and bool(node.handlers)
        if isinstance(node, ast.With):
            guarded = any("suppress" in ast.unparse(i.context_expr) for i in node.items)
        if guarded:
            for each in node.body:  # type: ignore[attr-defined]
                lines |= set(range(each.lineno, (each.end_lineno or each.lineno) + 1))
    return frozenset(lines)
