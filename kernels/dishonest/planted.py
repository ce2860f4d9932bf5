"""An operator that is registered on purpose, honestly or not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

Kernel = Callable[..., Any]
Plant = Callable[[str], None]
Example = Callable[[], tuple[Any, ...] | dict[str, Any]]
"""Gives the arguments of a call, in order or by name."""

_libraries: list[torch.library.Library] = []


@dataclass(frozen=True)
class Fault:
    """One way in which a registration lies, as a small operator.

    ``plant(namespace)`` registers it as ``namespace::op``; nothing is registered before. ``lie``
    is one sentence. ``caught_by`` are ids of checks each of which must find it; others may.
    ``example()`` gives the arguments of a call. ``opcheck`` says whether `torch.library.opcheck`
    passes it on that call, measured on torch 2.13.0; None where that depends on what fresh memory
    holds. ``contract`` names the operator whose contract it owes, for lies that only one tells.
    """

    id: str
    lie: str
    caught_by: tuple[str, ...]
    plant: Plant
    example: Example
    opcheck: bool | None
    contract: str = ""

    @property
    def namespace(self) -> str:
        """The namespace that nobody else has, for one registration in a process."""
        return f"dishonest_{self.id.replace('-', '_')}"


@dataclass(frozen=True)
class Honest:
    """A right operator of a form that a careless check flags. Fields as those of `Fault`."""

    id: str
    form: str
    plant: Plant
    example: Example
    opcheck: bool = True

    @property
    def namespace(self) -> str:
        """The namespace that nobody else has, for one registration in a process."""
        return f"honest_{self.id.replace('-', '_')}"


def define(
    namespace: str,
    schema: str,
    kernel: Kernel,
    fake: Kernel | None = None,
    *,
    key: str = "CPU",
    tags: Sequence[torch.Tag] = (),
) -> torch.library.Library:
    """Register ``namespace::op`` with that schema, kernel and fake kernel."""
    library = torch.library.Library(namespace, "FRAGMENT")
    _libraries.append(library)
    library.define(f"op{schema}", tags=tuple(tags))
    library.impl("op", kernel, key)
    if fake is not None:
        torch.library.register_fake(f"{namespace}::op", fake, lib=library)
    return library


def like_first(first: torch.Tensor, *rest: Any, **keywords: Any) -> torch.Tensor:
    """A fake result of the shape, dtype and order of strides of the first argument."""
    return torch.empty_like(first)


def nothing(*arguments: Any, **keywords: Any) -> None:
    """The fake kernel of an operator that returns nothing."""


def floats(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Different numbers that every floating dtype holds exactly, none of them 0."""
    count = torch.Size(shape).numel()
    return (torch.arange(count, dtype=torch.float32) % 16 - 7.5).reshape(shape).to(dtype)
