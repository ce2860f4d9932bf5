"""What a planted fault is, and how it is planted in an engine's process and taken away again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Plant = Callable[[], None]


@dataclass(frozen=True)
class Where:
    """In which engines something is planted: the model and the settings of a subject.

    ``kind`` is ``vllm`` or ``vllm_rbln``; ``checks`` are those that are asked there, beside the one
    that must find a fault.
    """

    kind: str
    model: str
    settings: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """A way in which an engine goes wrong, as a function that changes the engine's package.

    ``wrong`` is one sentence. ``caught_by`` are the checks that find it, all of those of ``where``;
    the first one is its own question. ``requests`` are those of the smallest case that shows it;
    where they are more than two, ``why`` says what makes it so. ``starts`` is what a located
    finding says of the place: a module's name, or its beginning. ``alone`` is set where it acts on
    a whole process: when the package is imported, or in compiled code.
    """

    id: str
    wrong: str
    caught_by: tuple[str, ...]
    plant: Plant
    where: Where
    requests: int = 2
    why: str = ""
    starts: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Variation:
    """Another right way to do it, which no check may flag. ``arguments`` are those of the engine
    beyond what a case's words mean."""

    id: str
    right: str
    where: Where
    plant: Plant = lambda: None
    arguments: Mapping[str, Any] = field(default_factory=dict)


_replaced: list[tuple[Any, str, Any]] = []


def put(owner: Any, name: str, value: Any) -> Any:
    """Put ``value`` in the place of an attribute until :func:`restore`; returns what was there."""
    original = vars(owner)[name]
    _replaced.append((owner, name, original))
    setattr(owner, name, value)
    return original


def restore() -> None:
    """Put everything back, the last first."""
    while _replaced:
        owner, name, original = _replaced.pop()
        setattr(owner, name, original)
