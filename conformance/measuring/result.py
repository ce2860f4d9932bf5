"""What was measured, put together from what the process told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from conformance.contract import Point
from conformance.measuring.statistics import Interval, Summary, ratio, summary
from conformance.measuring.told import (
    Contestant,
    Figure,
    Machine,
    PointDone,
    PointSet,
    Standing,
    Told,
)

FLOOR, PEER, SUBJECT = "floor", "peer", "subject"
FLOORS = ("launch", "bandwidth", "copy")
"""Their names, in the order of tables."""


@dataclass(frozen=True)
class Mark:
    """What is known of a contestant's answers. ``conformant`` None: nothing."""

    conformant: bool | None
    text: str


@dataclass
class MeasuredPoint:
    """What was measured at a point; ``setting`` is None where the arguments could not be built."""

    number: int
    point: Point
    setting: PointSet | None = None
    done: bool = False
    figures: dict[tuple[str, str], Figure] = field(default_factory=dict)
    """By name of the contestant and timer, those with samples."""
    problems: dict[tuple[str, str], str] = field(default_factory=dict)
    """Why somebody has no figure, by name and timer; "" stands for all timers."""

    def summary(self, name: str, timer: str) -> Summary | None:
        """What somebody's samples say; None where there are none."""
        figure = self.figures.get((name, timer))
        return summary(figure.samples) if figure else None

    def ratio(self, name: str, other: str, timer: str) -> Interval | None:
        """How many times as long as ``other`` somebody takes.

        None where one of both has no figure, and where one is emulated.
        """
        own, others = self.figures.get((name, timer)), self.figures.get((other, timer))
        if own is None or others is None or own.emulated or others.emulated:
            return None
        return ratio(own.samples, others.samples)


@dataclass
class Result:
    """What one run measured of an operator. It hears what the process tells."""

    operator: str
    seed: int
    points: list[MeasuredPoint]
    along: str
    """What the size of a point counts, for plots."""
    apart: tuple[str, ...] = ()
    """Sizes whose values have a plot each."""
    machine: Machine | None = None
    contestants: dict[str, Contestant] = field(default_factory=dict)
    standings: dict[str, list[Standing]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """Whoever ended the process, and how."""

    @classmethod
    def of(
        cls,
        operator: str,
        seed: int,
        points: Sequence[Point],
        along: str = "",
        apart: tuple[str, ...] = (),
    ) -> "Result":
        """A result of which nothing is known yet."""
        own = [MeasuredPoint(number, point) for number, point in enumerate(points)]
        return cls(operator, seed, own, along, apart)

    def hear(self, told: Told) -> None:
        """Take over a message."""
        match told:
            case Machine():
                self.machine = told
            case Contestant():
                self.contestants.setdefault(told.name, told)
            case Standing():
                self.standings.setdefault(told.name, []).append(told)
            case PointSet():
                # Measured once more: what there was before is replaced.
                self.points[told.point].setting = told
                self.points[told.point].figures.clear()
            case PointDone():
                self.points[told.point].done = True
            case Figure(timer="") if told.error:
                self.left_out.setdefault(told.name, told.error)
                self.points[told.point].problems[told.name, ""] = told.error
            case Figure() if told.samples:
                self.points[told.point].figures[told.name, told.timer] = told
                if told.name in FLOORS:
                    self.contestants.setdefault(told.name, Contestant(told.name, FLOOR))
            case Figure():
                self.points[told.point].problems[told.name, told.timer] = told.error

    @property
    def complete(self) -> bool:
        """Whether every point was measured to its end."""
        return all(point.done for point in self.points)

    @property
    def timers(self) -> list[str]:
        """The ways to measure of which there is a figure, in the order of the machine."""
        known = self.machine.timers if self.machine else []
        used = {timer for point in self.points for _, timer in point.figures}
        return [timer for timer in known if timer in used]

    def names(self, *groups: str) -> list[str]:
        """The contestants of these groups, subjects first and floors last."""
        order = (SUBJECT, PEER, FLOOR)
        found = sorted(self.contestants.values(), key=lambda each: order.index(each.group))
        return [each.name for each in found if each.group in groups]

    def references(self, name: str) -> list[str]:
        """Whom a subject is compared with: peers and floors."""
        return [other for other in self.names(PEER, FLOOR) if other != name]

    def mark(self, name: str) -> Mark:
        """What is known of the answers of somebody."""
        known = self.standings.get(name, [])
        if wrong := next((each for each in known if each.conformant is False), None):
            where = "" if wrong.point >= 0 else "special values: "
            return Mark(False, where + wrong.text)
        right = [each for each in known if each.conformant]
        if not right:
            why = next((f": {each.text}" for each in known if each.text), "")
            return Mark(None, f"not checked{why}")
        at = len({each.point for each in right if each.point >= 0})
        special = ", and special values" if any(each.point < 0 for each in right) else ""
        return Mark(True, f"answers right at {at} of {len(self.points)} points{special}")

    def emulated(self) -> Iterator[str]:
        """Those whose kernels were emulated."""
        found = {f.name for point in self.points for f in point.figures.values() if f.emulated}
        return (name for name in self.contestants if name in found)
