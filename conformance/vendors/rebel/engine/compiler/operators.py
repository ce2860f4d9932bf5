"""Operators of the namespace `rbln` that samplers call."""

from __future__ import annotations

import torch

_library: list[torch.library.Library] = []


def argmax(x: torch.Tensor) -> torch.Tensor:
    """The index of the largest element along the last axis (int32); the lowest of several."""
    return x.argmax(-1).to(torch.int32)


def define() -> None:
    """Define what is not yet defined. Harmless if repeated."""
    if _library:
        return
    library = torch.library.Library("rbln", "FRAGMENT")
    _library.append(library)
    library.define("argmax(Tensor x) -> Tensor")
    library.impl("argmax", argmax, "CompositeExplicitAutograd")
