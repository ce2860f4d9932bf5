"""Faults to plant: wrong writes into a paged cache."""

import torch

from ..fault import Fault
from .torch_cache import reshape_and_cache, write


def _padding_written(
    key: torch.Tensor, value: torch.Tensor, key_cache: torch.Tensor, value_cache: torch.Tensor,
    slot_mapping: torch.Tensor,
) -> None:  # fmt: skip
    write(key_cache, key, slot_mapping)
    write(value_cache, value, slot_mapping)


def _last_block_left_out(
    key: torch.Tensor, value: torch.Tensor, key_cache: torch.Tensor, value_cache: torch.Tensor,
    slot_mapping: torch.Tensor,
) -> None:  # fmt: skip
    last = (key_cache.shape[0] - 1) * key_cache.shape[1]
    seen = torch.where(slot_mapping < last, slot_mapping, -1)
    reshape_and_cache(key, value, key_cache, value_cache, seen)


def _values_of_the_keys(
    key: torch.Tensor, value: torch.Tensor, key_cache: torch.Tensor, value_cache: torch.Tensor,
    slot_mapping: torch.Tensor,
) -> None:  # fmt: skip
    reshape_and_cache(key, key, key_cache, value_cache, slot_mapping)


FAULTS = (
    Fault(
        "padding-written",
        "Tokens of slot -1 are written to the last slot.",
        "special",
        _padding_written,
    ),
    Fault(
        "last-block-left-out",
        "The bound of the cache is off by a block.",
        "state",
        _last_block_left_out,
    ),
    Fault("keys-as-values", "The value cache is given the keys.", "state", _values_of_the_keys),
)
