"""A tensor argument as the kernel sees it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import torch

from conformance.vendors.rebel.watching.running import unsupported


@dataclass(eq=False)
class Argument:
    """``tensor`` holds the elements dense and row-major, whatever the layout of the original.

    ``flat`` is the same memory with one axis. ``written`` says for each element of ``flat`` whether
    it was ever written; None means that all were.
    """

    name: str
    tensor: torch.Tensor
    written: torch.Tensor | None = None
    stored: bool = False
    """Whether the kernel wrote to it."""
    flat: torch.Tensor = field(init=False)

    def __post_init__(self) -> None:
        self.flat = self.tensor.view(-1)

    @property
    def item_size(self) -> int:
        return self.tensor.element_size()

    def __add__(self, other: Any) -> Any:
        raise unsupported(f"arithmetic on the pointer {self.name!r}")

    __radd__ = __sub__ = __add__
