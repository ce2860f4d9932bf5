"""What a process that measures is asked, as JSON on its standard input."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from conformance.contract import Point

GRAPH, PLAIN, WALL = "graph", "plain", "wall"
"""Ways to measure: replays of a captured graph; calls one by one on the device's clock; calls one
by one on the clock of the CPU."""
TOKEN, FIRST, ORDER = "token", "first", "order"
"""What is measured of an engine: the time of each further token, of the first one, of all."""
TIMERS = {
    GRAPH: "replay of a CUDA graph",
    PLAIN: "plain calls, one by one",
    WALL: "calls, one by one",
    TOKEN: "time per output token",
    FIRST: "time to first token",
    ORDER: "all tokens of all requests",
}
"""What tables call them."""


@dataclass(frozen=True)
class MeasuringRequest:
    """Which subjects of an operator are measured, where and how.

    ``points`` are numbered as they stand; ``only`` are the numbers of those that are wanted.
    ``without`` are contestants that are left out, because they ended a process before.
    """

    operator: str
    subjects: tuple[str, ...]
    device: str
    points: tuple[Point, ...]
    only: tuple[int, ...]
    seed: int
    peers: bool = True
    judged: bool = True
    cold: bool = False
    rounds: int = 0
    """How many are taken at least; 0 for the usual number."""
    most: int = 0
    """How many are taken at most where samples scatter; 0 for the usual number."""
    seconds: float = 0.0
    """How long a point may take beyond the least rounds; 0 for the usual time."""
    precision: float = 0.0
    """How narrow intervals have to be; 0 for the usual width."""
    without: tuple[str, ...] = ()
    timers: tuple[str, ...] = ()
    """The ways to measure that are wanted; none for all that the device knows."""
    settings: Mapping[str, str] = field(default_factory=dict)
    tuning: bool = False
    """Candidates for launch shapes are measured instead of subjects."""
    serving: bool = False
    """Engines are measured instead of subjects."""
    shipped: tuple[str, ...] = ()
    """The launch shapes that are in use, which are measured to the end."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "MeasuringRequest":
        """What :meth:`as_dict` made, after its way through JSON."""
        lists = ("subjects", "points", "only", "without", "timers", "shipped")
        known: dict[str, Any] = {k: tuple(v) if k in lists else v for k, v in values.items()}
        return cls(**known)
