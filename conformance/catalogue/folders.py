"""Modules beside a user's file: found, but never in place of Python's own or the suite's.

Python looks into the folder of a script first of all. Here a folder may hold anything, a
``random.py`` or a ``torch.py`` among it, and what the suite imports later would be that.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

_OURS = frozenset(
    {
        "conformance", "conformance_fixtures", "conformance_kernels", "filelock", "fsspec",
        "hypothesis", "jinja2", "markupsafe", "mpmath", "networkx", "numpy", "packaging", "pip",
        "pkg_resources", "platformdirs", "psutil", "rich", "setuptools", "sortedcontainers",
        "sympy", "torch", "torchgen", "triton", "typing_extensions", "functorch",
    }
)  # fmt: skip
"""What the suite needs, and what torch imports when it is first used."""


def is_taken(name: str) -> bool:
    """Whether a module of this name is Python's own or needed by the suite: no file of a user's
    can be imported by it."""
    return name in sys.stdlib_module_names or name in _OURS


class _Beside:
    """Finds modules in folders before anything installed, except for names that are taken."""

    def __init__(self) -> None:
        self.folders: list[str] = []

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is not None or is_taken(name):
            return None
        return PathFinder.find_spec(name, self.folders, target)


_beside = _Beside()


def look_into(folder: Path) -> None:
    """Find modules in ``folder`` from now on, in this process."""
    text = str(folder)
    if text not in _beside.folders:
        _beside.folders.insert(0, text)
        # Processes that this one starts have nothing but the path.
        sys.path.append(text)
    if _beside not in sys.meta_path:
        place = next((n for n, each in enumerate(sys.meta_path) if each is PathFinder), 0)
        sys.meta_path.insert(place, _beside)
