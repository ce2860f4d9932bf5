"""Masks: which token sees which, by name."""

import random

import torch

from conformance.contract import Situation


def mask_of(
    situation: Situation,
    live: list[bool],
    starts: list[int],
    width: int,
    slots: int,
    rng: random.Random,
) -> torch.Tensor:
    """(NB, 1, 1, L, C) of 0 and 1: nothing behind the newest token, or in a padded row, shows."""
    new = situation.axes["L"]
    mask = torch.zeros(len(live), 1, 1, new, width)
    columns = torch.arange(width)
    for row, start in enumerate(starts):
        own = start + torch.arange(new)[:, None]
        shown = {
            "causal": columns <= own,
            "rows": _different(new, width, start + new, rng),
            "late": (columns <= own) & (columns >= start // slots * slots),
            "early": (columns < slots) & (columns < start + new),
            "all": (columns < start + new).expand(new, width),
            "empty-rows": (columns <= own) & (torch.arange(new) % 2 == 1)[:, None],
        }[situation.values["mask"]]
        mask[row, 0, 0] = (shown & live[row]).float()
    return mask


def _different(new: int, width: int, end: int, rng: random.Random) -> torch.Tensor:
    """Each row shows other tokens, at least one."""
    shown = torch.zeros(new, width, dtype=torch.bool)
    for row in range(new):
        shown[row, rng.randrange(end)] = True
        for column in range(end):
            if rng.random() < 0.5:
                shown[row, column] = True
    return shown
