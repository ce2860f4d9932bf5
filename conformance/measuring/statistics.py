"""What samples say: medians, their spread, and ratios with an interval that holds the true one.

Rounds are interleaved, so two contestants are compared round by round: what slows a round down
slows both. Intervals are those of the sign test, out of order statistics: they assume no
distribution, and take no random numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, exp, log

CONFIDENCE = 0.95
"""How likely an interval holds the true median."""


@dataclass(frozen=True)
class Summary:
    """Samples in microseconds: median, quartiles, the least, and how many there are."""

    median: float
    lower: float
    upper: float
    least: float
    count: int

    @property
    def spread(self) -> float:
        """The interquartile range."""
        return self.upper - self.lower


@dataclass(frozen=True)
class Interval:
    """A number, and what it lies between with :data:`CONFIDENCE`."""

    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """How far the ends lie apart, as a share of the value."""
        return (self.high - self.low) / self.value


def quantile(samples: Sequence[float], part: float) -> float:
    """The ``part`` quantile, between the two samples next to it. Raises ``ValueError`` for none."""
    ordered = sorted(samples)
    if not ordered:
        raise ValueError("no samples")
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def median(samples: Sequence[float]) -> float:
    """The middle of the samples."""
    return quantile(samples, 0.5)


def summary(samples: Sequence[float]) -> Summary:
    """What is told of samples. Raises ``ValueError`` for none."""
    lower, middle, upper = (quantile(samples, part) for part in (0.25, 0.5, 0.75))
    return Summary(middle, lower, upper, min(samples), len(samples))


def interval(samples: Sequence[float]) -> Interval:
    """The median with an interval that holds the true one with :data:`CONFIDENCE` at least.

    Fewer than six samples say nothing with that confidence: then it goes from 0 to infinity.
    """
    ordered = sorted(samples)
    rank = _rank(len(ordered))
    if rank == 0:
        return Interval(median(samples), 0.0, float("inf"))
    return Interval(median(samples), ordered[rank - 1], ordered[-rank])


def ratio(times: Sequence[float], others: Sequence[float]) -> Interval:
    """How many times as long as ``others`` the ``times`` take, out of the rounds that both have."""
    return interval([a / b for a, b in zip(times, others, strict=False)])


def change(now: Interval, before: Interval) -> Interval:
    """By which factor a ratio changed between two runs, whose errors have nothing in common."""
    value = log(now.value / before.value)
    if not (now.low > 0 and before.low > 0 and now.high < float("inf") > before.high):
        return Interval(exp(value), 0.0, float("inf"))
    # Errors of independent runs add up in squares; both sides of an interval for themselves.
    low = (log(now.value / now.low) ** 2 + log(before.high / before.value) ** 2) ** 0.5
    high = (log(now.high / now.value) ** 2 + log(before.value / before.low) ** 2) ** 0.5
    return Interval(exp(value), exp(value - low), exp(value + high))


def _rank(count: int) -> int:
    """The largest r for which the r-th smallest and the r-th largest hold the median between them
    with :data:`CONFIDENCE`; 0 if there is none."""
    outside, rank = 0.0, 0
    for r in range(1, count // 2 + 1):
        outside += comb(count, r - 1) / 2**count
        if 1 - 2 * outside < CONFIDENCE:
            break
        rank = r
    return rank
