"""Operators that programs around a call consist of: they read and write, and a compiler cannot look
into them, so that no kernel has to be generated for the program itself.

``conformance::look(Tensor x) -> Tensor`` is a copy of x as it is now.
``conformance::turn_(Tensor(a!) x) -> ()`` reverses x along its last axis.

"""

from functools import lru_cache
from typing import Any

import torch


@lru_cache(maxsize=1)
def _registered() -> Any:
    library = torch.library.Library("conformance", "FRAGMENT")
    library.define("look(Tensor x) -> Tensor")
    library.define("turn_(Tensor(a!) x) -> ()")
    library.impl("look", _look, "CompositeExplicitAutograd")
    library.impl("turn_", _turn, "CompositeExplicitAutograd")
    torch.library.register_fake("conformance::look", _look_without_data, lib=library)
    torch.library.register_fake("conformance::turn_", lambda x: None, lib=library)
    return library


def _look(x: torch.Tensor) -> torch.Tensor:
    return x.clone(memory_format=torch.contiguous_format)


def _look_without_data(x: torch.Tensor) -> torch.Tensor:
    return x.new_empty(x.shape)


def _turn(x: torch.Tensor) -> None:
    if x.dtype.itemsize > 1 or x.dtype is torch.bool:
        x.copy_(x.flip(-1))
    else:  # torch has no ``flip`` for floats of 8 bits
        x.copy_(x.view(torch.uint8).flip(-1).view(x.dtype))


def look() -> Any:
    """The operator ``conformance::look``."""
    _registered()
    return torch.ops.conformance.look.default


def turn() -> Any:
    """The operator ``conformance::turn_``."""
    _registered()
    return torch.ops.conformance.turn_.default
