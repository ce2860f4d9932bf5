"""Putting the emulation where `import rebel` finds it."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from conformance.vendors.rebel.language import language
from conformance.vendors.rebel.launch import kernels
from conformance.vendors.rebel.libdevice import libdevice
from conformance.vendors.rebel.watching.running import unsupported

VERSION = "0.12"
"""The release of `rebel` whose interface is emulated."""

_MARK = "__conformance_emulation__"
_HERE = Path(__file__).parent


class RealRebelPresent(RuntimeError):
    """The compiler itself is installed here: its kernels must be judged, not an emulation."""


class _Emulated(ModuleType):
    """A module that raises ``UnsupportedFeature`` for names that it does not have."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        raise unsupported(f"{self.__name__}.{name}")


def is_real() -> bool:
    """Whether a package `rebel` that is not this emulation can be imported."""
    known = sys.modules.get("rebel")
    if known is not None:
        return not getattr(known, _MARK, False)
    spec = importlib.util.find_spec("rebel")
    if spec is None or spec.origin is None:  # or just a folder of that name
        return False
    return not Path(spec.origin).is_relative_to(_HERE)


def install() -> None:
    """Make `rebel`, `rebel.triton`, its language and libdevice importable. Harmless if repeated.

    Raises :class:`RealRebelPresent` if there is a `rebel` already.
    """
    if is_real():
        raise RealRebelPresent("the package rebel is installed here; it is not replaced")
    if "rebel" in sys.modules:
        return
    triton = {name: getattr(kernels, name) for name in ("jit", "cdiv", "next_power_of_2")}
    names = ["rebel", "triton", "language", "extra", "rbln", "libdevice"]
    contents: dict[str, dict[str, Any]] = {
        "rebel": {_MARK: True, "__version__": f"{VERSION}+emulated"},
        "rebel.triton": triton,
        "rebel.triton.language": _public(language),
        "rebel.triton.language.extra.rbln.libdevice": _public(libdevice),
    }
    made: dict[str, ModuleType] = {}
    for depth in range(1, len(names) + 1):
        full = ".".join(names[:depth])
        made[full] = _module(full, contents.get(full, {}))
        if depth > 1:
            setattr(made[".".join(names[: depth - 1])], names[depth - 1], made[full])
    sys.modules.update(made)


def add_module(name: str, contents: dict[str, Any]) -> None:
    """Make a further emulated module importable; the one that holds it is there already."""
    above, _, last = name.rpartition(".")
    sys.modules[name] = _module(name, contents)
    setattr(sys.modules[above], last, sys.modules[name])


def _public(module: ModuleType) -> dict[str, Any]:
    return {name: getattr(module, name) for name in module.__all__}


def _module(name: str, contents: dict[str, Any]) -> ModuleType:
    module = _Emulated(name, "Emulated; see conformance.vendors.rebel.")
    module.__spec__ = importlib.machinery.ModuleSpec(name, None, is_package=True)
    module.__path__ = []
    module.__dict__.update(contents)
    return module
