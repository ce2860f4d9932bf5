"""Lies of an import: what it does beside registering an operator."""

import os

import torch

from .planted import Fault, define, floats, like_first

Tensor = torch.Tensor


def _default_dtype(namespace: str) -> None:
    define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first)
    torch.set_default_dtype(torch.float64)


def _environment(namespace: str) -> None:
    define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first)
    os.environ["PATH"] = os.pathsep.join(("/opt/compiler/bin", os.environ.get("PATH", "")))


def _seed(namespace: str) -> None:
    define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first)
    torch.manual_seed(0)


_REPLACING = """
import torch

if hasattr(getattr(torch.ops, NAMESPACE), "op"):
    LIBRARY = torch.library.Library(NAMESPACE, "IMPL")
    LIBRARY.impl("op", lambda x: x * 3, "CPU", allow_override=True)
else:
    LIBRARY = torch.library.Library(NAMESPACE, "FRAGMENT")
    LIBRARY.define("op(Tensor x) -> Tensor")
    LIBRARY.impl("op", lambda x: x * 2, "CPU")
    torch.library.register_fake(f"{NAMESPACE}::op", lambda x: torch.empty_like(x), lib=LIBRARY)
"""
_kept: list[dict[str, object]] = []


def _replaces_silently(namespace: str) -> None:
    names: dict[str, object] = {"NAMESPACE": namespace, "__name__": f"{namespace}_ops"}
    exec(compile(_REPLACING, "replacing_ops.py", "exec"), names)
    _kept.append(names)


def _call() -> tuple[Tensor]:
    return (floats(4, 3),)


FAULTS = (
    Fault("default-dtype", "The import changes the default dtype.", ("imports",),
          _default_dtype, _call, opcheck=True),
    Fault("environment", "The import changes a variable of the environment.", ("imports",),
          _environment, _call, opcheck=True),
    Fault("seed", "The import seeds torch's generator.", ("imports",), _seed, _call,
          opcheck=True),
    Fault("replaces-silently", "A second import puts another kernel in its place, silently.",
          ("registered",), _replaces_silently, _call, opcheck=True),
)  # fmt: skip
