"""A kernel that reads one element too many. Importing this module imports Triton."""

import torch
import triton
import triton.language as tl


@triton.jit
def _touch(values, count, BLOCK: tl.constexpr):
    places = tl.arange(0, BLOCK)
    found = tl.load(values + places, mask=places <= count, other=0.0)
    tl.store(values + places, found, mask=places < count)


def touch(values: torch.Tensor) -> None:
    """Write every element of ``values`` as it is."""
    count = values.numel()
    _touch[(1,)](values, count, BLOCK=triton.next_power_of_2(count + 1))
