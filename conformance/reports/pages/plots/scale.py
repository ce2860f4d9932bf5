"""Where a value lies in a plot, and which values its axis names."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True)
class LogScale:
    """A logarithmic axis from ``least`` to ``most``, both powers of ten, over pixels."""

    least: float
    most: float
    start: float
    """The pixel of ``least``."""
    end: float
    """The pixel of ``most``."""

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> "LogScale":
        """The smallest axis that holds all values; those below its least lie on its border."""
        above = [value for value in values if value > 0] or [1.0]
        low, high = floor(log10(min(above))), ceil(log10(max(above)))
        return cls(10.0**low, 10.0 ** max(high, low + 1), start, end)

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        within = min(max(value, self.least), self.most)
        part = (log10(within) - log10(self.least)) / (log10(self.most) - log10(self.least))
        return round(self.start + part * (self.end - self.start), 1)

    @property
    def ticks(self) -> list[float]:
        """At most seven powers of ten."""
        low, high = round(log10(self.least)), round(log10(self.most))
        step = max(1, ceil((high - low) / 6))
        return [10.0**power for power in range(low, high + 1, step)]


def tick_text(value: float) -> str:
    """``0.01``, ``1``, ``1000``, ``10⁶``."""
    if 1e-3 <= value <= 1e4:
        return f"{value:g}"
    return "10" + str(round(log10(value))).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
