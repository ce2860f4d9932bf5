"""Devices by name: ``cpu``, ``cuda:1``, or whatever a package offers. Imports no torch."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Protocol

from conformance.catalogue.objects import SubjectNotFound
from conformance.policy.nearest import did_you_mean

GROUP = "conformance.devices"
"""An entry point names a class or function that returns a :class:`Device`.

It is called without arguments, or with the ordinal (an int from 0) if the user gives one, and
raises :class:`DeviceUnavailable`.
"""


class DeviceUnavailable(Exception):
    """The device is not there; the message says what is missing."""


class Device(Protocol):
    """Where subjects run.

    ``torch_device`` is what torch calls the device that arguments are built on (``cpu``,
    ``cuda:1``), ``mode`` is what reports call it.
    """

    torch_device: str
    mode: str

    @abstractmethod
    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Any:
        """Call a subject with fresh memory filled with the byte ``poison``.

        Returns an :class:`~conformance.execution.outcome.Outcome`.
        """


@dataclass(frozen=True)
class DeviceName:
    """What a user calls a device: a name, and which one of that name (None: the usual one)."""

    name: str
    ordinal: int | None = None

    def __str__(self) -> str:
        return self.name if self.ordinal is None else f"{self.name}:{self.ordinal}"


def devices() -> dict[str, str]:
    """What installed packages offer: names of devices, and ``module:factory`` of each."""
    return {point.name: point.value for point in sorted(entry_points(group=GROUP))}


def parse_device(text: str) -> DeviceName:
    """The name and the ordinal in ``NAME`` or ``NAME:ORDINAL``.

    Raises :class:`SubjectNotFound`, with the known names, for what no package offers.
    """
    name, colon, ordinal = text.partition(":")
    if not entry_points(group=GROUP, name=name):
        known = devices()
        names = ", ".join(known) or "none installed"
        raise SubjectNotFound(f"no device {name!r}; known: {names}{did_you_mean(name, known)}")
    if colon and not (ordinal.isascii() and ordinal.isdigit()):
        raise SubjectNotFound(f"{text!r} names no device: after {name}: comes a number from 0")
    return DeviceName(name, int(ordinal) if colon else None)


def open_device(text: str) -> Device:
    """The device of that name.

    Raises :class:`SubjectNotFound` for a name that nobody offers, and :class:`DeviceUnavailable`.
    """
    wanted = parse_device(text)
    factory = _load(next(iter(entry_points(group=GROUP, name=wanted.name))))
    return factory() if wanted.ordinal is None else factory(wanted.ordinal)


def _load(point: EntryPoint) -> Callable[..., Device]:
    try:
        return point.load()
    except Exception as error:
        reason = f"device {point.name} cannot be imported from {point.value}"
        raise DeviceUnavailable(f"{reason}: {type(error).__name__}: {error}") from error
