"""Importing a file as a module under a name that nobody else has."""

import importlib.util
import itertools
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

_count = itertools.count()


def load_module(path: Path, given: Mapping[str, Any] | None = None) -> ModuleType:
    """Import the file at `path`; two calls give two modules, also of the same file.

    `given` are global names that the module has before it runs.

    The module stays in `sys.modules`, for Triton and pickle look functions up there by the name of
    their module. Raises whatever running the file raises, and ImportError if it is no Python file.
    """
    name = f"conformance_release_{path.stem}_{next(_count)}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is not a Python file", path=str(path))
    module = importlib.util.module_from_spec(spec)
    module.__dict__.update(given or {})
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
