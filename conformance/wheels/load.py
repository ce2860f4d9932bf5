"""Importing a file as a module under a name that nobody else has."""

import importlib.util
import itertools
import sys
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from conformance.wheels.errors import CacheUnusable

_count = itertools.count()


class _Uncompiled(SourceFileLoader):
    """Loads a text that was read already: a compiled file in `__pycache__` has no hash."""

    def __init__(self, name: str, path: str, text: bytes) -> None:
        super().__init__(name, path)
        self._text = text

    def get_data(self, path: str) -> bytes:
        return self._text

    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self._text, self.path)


def load_module(path: Path, given: Mapping[str, Any] | None = None) -> ModuleType:
    """Import the file at `path`; two calls give two modules, also of the same file.

    `given` are global names that the module has before it runs.

    The module stays in `sys.modules`, for Triton and pickle look functions up there by the name of
    their module. Raises whatever running the file raises, ImportError if it is no Python file, and
    `CacheUnusable` if it cannot be read.
    """
    name = f"conformance_release_{path.stem}_{next(_count)}"
    if path.suffix != ".py":
        raise ImportError(f"{path} is not a Python file", path=str(path))
    try:
        text = path.read_bytes()
    except OSError as error:
        raise CacheUnusable(str(path), error) from error
    loader = _Uncompiled(name, str(path), text)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    module.__dict__.update(given or {})
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
