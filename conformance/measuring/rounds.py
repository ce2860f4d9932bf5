"""Rounds: each takes one sample of everybody, in an order of its own.

A clock that drifts, a card that warms up and a neighbour that comes and goes hit all alike.
"""

from collections.abc import Callable, Hashable, Mapping
from math import exp, log
from random import Random
from time import monotonic
from typing import TypeVar

from conformance.measuring.statistics import interval

Key = TypeVar("Key", bound=Hashable)
Sampler = Callable[[], float]
"""Takes one sample, in microseconds."""

LEAST_ROUNDS, MOST_ROUNDS = 15, 60
"""Rounds that are taken, and that are taken at most where samples scatter."""
POINT_SECONDS = 8.0
"""Seconds after which no further round begins once the least are taken."""
PRECISION = 0.02
"""The width of an interval, as a share of its median, that is narrow enough."""


def interleaved(
    samplers: Mapping[Key, Sampler],
    order: Random,
    least: int = LEAST_ROUNDS,
    most: int = MOST_ROUNDS,
    precision: float = PRECISION,
    seconds: float = POINT_SECONDS,
    clock: Callable[[], float] = monotonic,
) -> dict[Key, list[float]]:
    """The samples of everybody, as many of each, in the order of the rounds.

    After ``least`` rounds it ends as soon as everybody's share of a round is known to
    ``precision``, or ``seconds`` have gone by on the ``clock``; after ``most`` in any case.
    """
    samples: dict[Key, list[float]] = {key: [] for key in samplers}
    keys = list(samplers)
    end = clock() + seconds
    for taken in range(1, most + 1):
        order.shuffle(keys)
        for key in keys:
            samples[key].append(samplers[key]())
        if taken >= least and (clock() > end or settled(samples, precision)):
            break
    return samples


def settled(samples: Mapping[Key, list[float]], precision: float) -> bool:
    """Whether the share that everybody has of a round is known to ``precision``.

    What all have in common, such as a clock that drifts, does not count.
    """
    rounds = list(zip(*samples.values(), strict=True))
    common = [exp(sum(map(log, taken)) / len(taken)) for taken in rounds]
    for own in samples.values():
        shares = own if len(samples) == 1 else [a / b for a, b in zip(own, common, strict=True)]
        if interval(shares).width > precision:
            return False
    return True
