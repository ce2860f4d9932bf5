"""What tensors of calls hold that no contract describes."""

import re

import torch

from conformance.case import CaseError
from conformance.inputs.patterns import PATTERNS, Draw

EXAMPLE = "example"
"""Elements of the example's tensor, put together anew."""
_BELOW = re.compile(r"below-([0-9]{1,9})")


def contents(
    word: str,
    shape: tuple[int, ...],
    dtype: torch.dtype,
    generator: torch.Generator,
    sample: torch.Tensor | None,
) -> torch.Tensor:
    """Values of ``shape`` that a word describes: a pattern of floats, ``below-N`` for the integers
    from 0 to N-1 (bools: either), or :data:`EXAMPLE`. Raises :class:`CaseError` for another word.
    """
    if word == EXAMPLE and sample is not None:
        return _of_sample(shape, dtype, generator, sample)
    if below := _BELOW.fullmatch(word):
        most = max(int(below[1]), 1)
        return torch.randint(most, shape, generator=generator).to(dtype)
    if word in PATTERNS and dtype.is_floating_point:
        return PATTERNS[word](Draw(shape, dtype, generator)).to(dtype)
    if word in PATTERNS and dtype.is_complex:
        return torch.randn(shape, dtype=dtype, generator=generator)
    raise CaseError(f"{word!r} says nothing that a tensor of {dtype} may hold")


def _of_sample(
    shape: tuple[int, ...], dtype: torch.dtype, generator: torch.Generator, sample: torch.Tensor
) -> torch.Tensor:
    values = sample.detach().cpu()
    if tuple(values.shape) == shape:
        return values.to(dtype)
    if not values.numel():
        return torch.zeros(shape, dtype=dtype)
    flat = values.reshape(-1)
    return flat[torch.randint(len(flat), shape, generator=generator)].to(dtype)
