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


def _replaces_silently(namespace: str) -> None:
    known = getattr(torch.ops, namespace)
    if not hasattr(known, "op"):
        define(namespace, "(Tensor x) -> Tensor", lambda x: x * 2, like_first)
        return
    library = torch.library.Library(namespace, "IMPL")
    library.impl("op", lambda x: x * 3, "CPU", allow_override=True)
    _kept.append(library)


_kept: list[torch.library.Library] = []


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
