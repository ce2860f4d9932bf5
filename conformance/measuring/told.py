"""What a process that measures tells, a line of JSON each."""

import json
from dataclasses import asdict, dataclass, field, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Told:
    """One message. ``kind`` names its class."""

    kind: ClassVar[str] = ""

    def line(self) -> str:
        """As it is sent."""
        return json.dumps({"kind": self.kind, **asdict(self)})


@dataclass(frozen=True)
class Machine(Told):
    """Where it is measured."""

    kind: ClassVar[str] = "machine"
    device: str
    name: str
    architecture: str
    driver: str
    versions: dict[str, str]
    cache_bytes: int
    """The last cache that all of the device shares; 0 if unknown."""
    timers: list[str]


@dataclass(frozen=True)
class Contestant(Told):
    """Who is measured, or why somebody is not."""

    kind: ClassVar[str] = "contestant"
    name: str
    group: str
    """``subject``, ``peer`` or ``floor``."""
    meaning: str = ""
    origin: str = ""
    absent: str = ""
    leaves_out: str = ""


@dataclass(frozen=True)
class At(Told):
    """What begins: whoever ends the process now is to blame."""

    kind: ClassVar[str] = "at"
    point: int
    name: str
    doing: str


@dataclass(frozen=True)
class PointSet(Told):
    """The arguments of a point are there."""

    kind: ClassVar[str] = "point"
    point: int
    read: int
    """Bytes that have to be read."""
    written: int
    """Bytes that have to be written."""
    sets: int
    """How many copies of the arguments take turns."""
    beyond_cache: bool
    """Whether they are found in memory rather than in the cache."""
    along: int


@dataclass(frozen=True)
class Figure(Told):
    """Samples of a contestant at a point, in microseconds a call, in the order of the rounds."""

    kind: ClassVar[str] = "figure"
    point: int
    name: str
    timer: str
    samples: list[float] = field(default_factory=list)
    way: str = ""
    """Which of several ways was the fastest."""
    emulated: bool = False
    error: str = ""
    """Why there are no samples."""


@dataclass(frozen=True)
class Standing(Told):
    """Whether the answers of a contestant are right."""

    kind: ClassVar[str] = "standing"
    name: str
    conformant: bool | None
    """None: not known."""
    text: str
    point: int = -1
    """The point at which it was looked; -1 for special values."""


@dataclass(frozen=True)
class PointDone(Told):
    """All is measured at a point."""

    kind: ClassVar[str] = "done"
    point: int


@dataclass(frozen=True)
class Refused(Told):
    """The request makes no sense, or cannot be had here."""

    kind: ClassVar[str] = "refused"
    error: str
    message: str


@dataclass(frozen=True)
class Lost(Told):
    """A contestant brought the device down: this process ends."""

    kind: ClassVar[str] = "lost"
    name: str
    message: str


_KINDS: dict[str, type[Told]] = {
    kind.kind: kind
    for kind in (
        Machine, Contestant, At, PointSet, Figure, Standing, PointDone, Refused, Lost
    )
}  # fmt: skip


def read(line: str) -> Told:
    """The message of a line. Raises ``ValueError`` for what is none."""
    try:
        values: dict[str, Any] = json.loads(line)
        kind = _KINDS[values.pop("kind")]
        known = {each.name for each in fields(kind)}
        return kind(**{name: value for name, value in values.items() if name in known})
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"no message: {line[:200]!r}") from error
