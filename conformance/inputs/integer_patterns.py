"""Contents of integer tensors, by name, within the range that the contract gives."""

from collections.abc import Callable

import torch

from conformance.inputs.patterns import Draw

IntegerPattern = Callable[[Draw, int, int], torch.Tensor]
"""From what a pattern may look at, and the least and the largest number, to int64 numbers."""


def _uniform(draw: Draw, low: int, high: int) -> torch.Tensor:
    if high - low >= 2**62:
        # Wider than what one call draws: the high bits, and the low ones.
        top = torch.randint(low >> 32, (high >> 32) + 1, draw.shape, generator=draw.generator)
        return (top << 32) + torch.randint(0, 2**32, draw.shape, generator=draw.generator)
    # From 0 on, for int64 has no number above its largest.
    return low + torch.randint(0, high - low + 1, draw.shape, generator=draw.generator)


def _one_of(*numbers: Callable[[int, int], int]) -> IntegerPattern:
    """Each element one of a few numbers of the range, at random."""

    def make(draw: Draw, low: int, high: int) -> torch.Tensor:
        held = torch.tensor([max(low, min(high, number(low, high))) for number in numbers])
        return held[torch.randint(0, len(held), draw.shape, generator=draw.generator)]

    return make


def _between(least: Callable[[int, int], int], most: Callable[[int, int], int]) -> IntegerPattern:
    """Uniform in a part of the range."""

    def make(draw: Draw, low: int, high: int) -> torch.Tensor:
        first = max(low, min(high, least(low, high)))
        last = max(first, min(high, most(low, high)))
        return _uniform(draw, first, last)

    return make


def _in_order(draw: Draw, low: int, high: int) -> torch.Tensor:
    """Along the last axis 0, 1, 2, …, from the least number on, again from there at the end."""
    length = draw.shape[-1] if draw.shape else 1
    # Modulo what the row is long at most: the size of int64's range is no int64.
    row = low + torch.arange(max(length, 1)) % min(high - low + 1, max(length, 1))
    return (row if draw.shape else row[0]).expand(draw.shape).clone()


def _nibbles(draw: Draw, low: int, high: int) -> torch.Tensor:
    """Bytes whose two halves differ, with all of 0 … 15 in both: a swap of the halves shows."""
    lower = torch.randint(0, 16, draw.shape, generator=draw.generator)
    upper = (lower + torch.randint(1, 16, draw.shape, generator=draw.generator)) % 16
    byte = upper * 16 + lower
    return torch.where(byte > high, byte - 256, byte).clamp(low, high)


def _equal(draw: Draw, low: int, high: int) -> torch.Tensor:
    return _uniform(Draw((), draw.dtype, draw.generator), low, high).expand(draw.shape).clone()


REPEATING: dict[str, IntegerPattern] = {
    "uniform": _uniform,
    "normal": _uniform,
    "lowest": _one_of(lambda low, high: low),
    "highest": _one_of(lambda low, high: high),
    "ends": _one_of(lambda low, high: low, lambda low, high: high),
    "huge": _one_of(lambda low, high: low, lambda low, high: high),
    "small": _between(lambda low, high: max(low, -2), lambda low, high: max(low, 0) + 2),
    "large": _between(lambda low, high: high - (high - low) // 8, lambda low, high: high),
    "negative": _between(lambda low, high: low, lambda low, high: -1),
    "zero": _one_of(lambda low, high: 0),
    "zeros": _one_of(lambda low, high: 0, lambda low, high: high),
    "ones": _one_of(lambda low, high: 1),
    "equal": _equal,
    "ascending": _in_order,
    "descending": lambda draw, low, high: high + low - _in_order(draw, low, high),
    "sign-border": _one_of(*(lambda low, high, n=n: n for n in (-129, -128, -1, 0, 127, 128))),
    "all-bits": _one_of(lambda low, high: -1 if low < 0 else high),
    "nibbles": _nibbles,
}
"""Patterns in which a number may come several times."""


def _distinct(draw: Draw, low: int, high: int, word: str) -> torch.Tensor:
    """Numbers that all differ. Raises ``ValueError`` if the range has too few."""
    count = 1
    for length in draw.shape:
        count *= length
    size = high - low + 1
    if count > size:
        raise ValueError(f"{count} different numbers do not lie in {low}..{high}")
    if word in ("uniform", "normal") and size <= 1 << 22:
        numbers = low + torch.randperm(size, generator=draw.generator)[:count]
    elif word in ("uniform", "normal"):
        # No wider than what an int64 counts.
        step = min(size // max(count, 1), 2**62)
        start = int(torch.randint(0, max(step, 1), (), generator=draw.generator))
        numbers = low + start + step * torch.randperm(count, generator=draw.generator)
    elif word in ("ascending", "lowest"):
        numbers = low + torch.arange(count)
    elif word == "descending":
        numbers = high - torch.arange(count)
    else:
        numbers = high - torch.randperm(count, generator=draw.generator)
    return numbers.view(draw.shape)


def _padded(draw: Draw, word: str) -> torch.Tensor:
    """Which elements hold the padding (bool)."""
    if word == "padding-all":
        return torch.ones(draw.shape, dtype=torch.bool)
    if word == "padding-some":
        return draw.some(0.4)
    where = torch.zeros(draw.shape, dtype=torch.bool)
    if where.numel():
        part = max(1, where.numel() // 3)
        chosen = slice(None, part) if word == "padding-first" else slice(-part, None)
        where.view(-1)[chosen] = True
    return where


def make_integers(
    draw: Draw, word: str, low: int, high: int, *, padding: int | None, distinct: bool
) -> torch.Tensor:
    """Integers (int64) of ``draw.shape`` in ``low`` … ``high``, as the pattern ``word`` says.

    ``padding`` takes the place of some of them in patterns that are called so. Raises
    ``ValueError`` if the range is empty, or too small for integers that are ``distinct``.
    """
    if 0 in draw.shape:
        return torch.zeros(draw.shape, dtype=torch.int64)
    if low > high:
        raise ValueError(f"no number lies in {low}..{high}")
    if word.startswith("padding-") and padding is not None:
        made = make_integers(draw, "uniform", low, high, padding=None, distinct=distinct)
        return made.masked_fill(_padded(draw, word), padding)
    if distinct:
        return _distinct(draw, low, high, word)
    return REPEATING[word](draw, low, high)
