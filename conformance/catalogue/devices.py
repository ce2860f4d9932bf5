"""Devices by name: ``cpu``, ``cuda:1``, or whatever a package offers. Imports no torch."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from inspect import signature
from typing import Any, Protocol

from conformance.catalogue.objects import SubjectNotFound
from conformance.policy.nearest import did_you_mean

GROUP = "conformance.devices"
"""An entry point names a class or function that returns a :class:`Device`.

It is called without arguments, or with the ordinal (an int from 0) if the user gives one, and
raises :class:`DeviceUnavailable`. If it takes a keyword ``configuration``, a user may say which
configuration autotuned kernels run with (an int from 0).
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


#: Where the devices are that torch knows as accelerators.
_ACCELERATOR = "conformance.execution.accelerator:"
#: What comes before the number of a configuration.
_CONFIG = "config="


@dataclass(frozen=True)
class DeviceName:
    """What a user calls a device: a name, and which one of that name (None: the usual one).

    ``configuration`` is that of autotuned kernels there, None for the device's choice.
    """

    name: str
    ordinal: int | None = None
    configuration: int | None = None

    def __str__(self) -> str:
        ordinal = "" if self.ordinal is None else f":{self.ordinal}"
        configuration = "" if self.configuration is None else f":{_CONFIG}{self.configuration}"
        return f"{self.name}{ordinal}{configuration}"


def devices() -> dict[str, str]:
    """What installed packages offer: names of devices, and ``module:factory`` of each."""
    return {point.name: point.value for point in sorted(entry_points(group=GROUP))}


def compiles(text: str) -> bool:
    """Whether subjects are compiled for the device of that name, so that it has checks of its own.

    Devices of other packages say so only when they are opened.
    """
    name = text.partition(":")[0]
    return any(p.value.startswith(_ACCELERATOR) for p in entry_points(group=GROUP, name=name))


def parse_device(text: str) -> DeviceName:
    """What ``NAME``, ``NAME:ORDINAL``, ``NAME:config=N`` or ``NAME:ORDINAL:config=N`` says.

    Raises :class:`SubjectNotFound`, with the known names, for what no package offers.
    """
    named, marked, configuration = text.partition(f":{_CONFIG}")
    name, colon, ordinal = named.partition(":")
    if not entry_points(group=GROUP, name=name):
        known = devices()
        names = ", ".join(known) or "none installed"
        raise SubjectNotFound(f"no device {name!r}; known: {names}{did_you_mean(name, known)}")
    if colon and not _is_number(ordinal):
        raise SubjectNotFound(f"{text!r} names no device: after {name}: comes a number from 0")
    if marked and not _is_number(configuration):
        raise SubjectNotFound(f"{text!r} names no configuration: after {_CONFIG} comes a number")
    return DeviceName(name, int(ordinal) if colon else None, int(configuration) if marked else None)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def open_device(text: str) -> Device:
    """The device of that name.

    Raises :class:`SubjectNotFound` for a name that nobody offers and for a configuration where the
    device takes none, and :class:`DeviceUnavailable`.
    """
    wanted = parse_device(text)
    factory = _load(next(iter(entry_points(group=GROUP, name=wanted.name))))
    arguments = () if wanted.ordinal is None else (wanted.ordinal,)
    if wanted.configuration is None:
        return factory(*arguments)
    if "configuration" not in signature(factory).parameters:
        raise SubjectNotFound(
            f"on {wanted.name} autotuned kernels choose their configuration themselves: "
            f"{_CONFIG}{wanted.configuration} is for devices that emulate, such as cpu"
        )
    return factory(*arguments, configuration=wanted.configuration)


def _load(point: EntryPoint) -> Callable[..., Device]:
    try:
        return point.load()
    except Exception as error:
        reason = f"device {point.name} cannot be imported from {point.value}"
        raise DeviceUnavailable(f"{reason}: {type(error).__name__}: {error}") from error
