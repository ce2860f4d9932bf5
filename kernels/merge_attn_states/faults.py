"""Faults to plant: wrong merges."""

import torch

from ..fault import Fault
from .torch_merge import Lse, empty_as_negative, merge


def _lse_ignored(
    prefix_output: torch.Tensor, prefix_lse: torch.Tensor, suffix_output: torch.Tensor,
    suffix_lse: torch.Tensor, output: torch.Tensor, output_lse: Lse = None,
) -> None:  # fmt: skip
    merge(prefix_output, prefix_lse, suffix_output, suffix_lse, output, output_lse)
    output.copy_((prefix_output.float() + suffix_output.float()) / 2)


def _nan_where_empty(
    prefix_output: torch.Tensor, prefix_lse: torch.Tensor, suffix_output: torch.Tensor,
    suffix_lse: torch.Tensor, output: torch.Tensor, output_lse: Lse = None,
) -> None:  # fmt: skip
    merge(prefix_output, prefix_lse, suffix_output, suffix_lse, output, output_lse)
    both_empty = torch.maximum(empty_as_negative(prefix_lse), empty_as_negative(suffix_lse))
    output.masked_fill_((both_empty == -torch.inf).T[..., None], torch.nan)


def _lse_of_the_larger(
    prefix_output: torch.Tensor, prefix_lse: torch.Tensor, suffix_output: torch.Tensor,
    suffix_lse: torch.Tensor, output: torch.Tensor, output_lse: Lse = None,
) -> None:  # fmt: skip
    merge(prefix_output, prefix_lse, suffix_output, suffix_lse, output, output_lse)
    if output_lse is not None:
        output_lse.copy_(torch.maximum(empty_as_negative(prefix_lse), suffix_lse))


FAULTS = (
    Fault("lse-ignored", "Both parts weigh the same.", "values", _lse_ignored),
    Fault(
        "nan-where-both-empty", "0 / 0 where neither part has a key.", "special", _nan_where_empty
    ),
    Fault(
        "lse-of-the-larger", "The logarithm of the sum is left out.", "values", _lse_of_the_larger
    ),
)
