"""How programs share the cached tokens of a sequence, and how what they come to is merged."""

from dataclasses import dataclass
from typing import Any

import torch

from ..launch_shapes import LaunchShape, known, processor_of
from .calls import Paged, Window
from .triton_launch import is_plain, may_exceed_1


@dataclass(frozen=True)
class Splits:
    """How programs share the cached tokens of a sequence. Numbers may be symbols of a trace."""

    count: int
    """Programs for each tile of rows."""
    shares: int
    """Shares of the cached tokens: as many, or one less, so that new tokens have a program of their
    own and nobody sees them last."""
    few: bool
    """Whether programs are known to be so few that each may fetch ahead what it will read."""


def splits_of(shape: LaunchShape, programs: int, slots: int, processors: int) -> Splits:
    """The shares of `slots` cached tokens, for `programs` tiles of rows."""
    shares = shape.splits(programs, slots, processors)
    # 1 if that many programs have a processor each, and share anything; no branch, for symbols.
    apart = torch.sym_min(1, processors // (programs * (shares + 1)))
    count = shares + torch.sym_min(apart, shares - 1)
    few = known(count) is not None and known(programs) is not None and count > 1
    return Splits(count, shares, few and programs * count <= 2 * processors)


def split_constants(call: Paged | Window, splits: Splits) -> dict[str, bool]:
    """Constants of a launch of which another one merges what the splits come to."""
    split = may_exceed_1(splits.count)
    return {"SPLIT": split, "CHAINED": split and _may_chain(call)}


def merge_constants(call: Paged | Window, splits: Splits) -> dict[str, Any]:
    """Constants of the launch that merges, which may begin before the one before it has ended.

    Its programs then wait for that where they are, and take room: so only beside few others.
    NVIDIA calls it programmatic dependent launch, and has it since compute capability 9.0.
    Compilers that trace a launch do not all know of it.
    """
    chained = _may_chain(call)
    early = chained and splits.few and is_plain(call.query)
    begins_early = {"launch_pdl": True} if early else {}
    return {"CHAINED": chained, **begins_early}


def _may_chain(call: Paged | Window) -> bool:
    vendor, _, number = processor_of(call.query.device).arch.partition("sm_")
    return not vendor and int(number or 0) >= 90
