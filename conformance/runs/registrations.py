"""Which operators an import registers, found out in a process of its own."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from conformance.catalogue.operators import find_operator, operator_names
from conformance.events.loading import refused
from conformance.events.request import Limits, Registration, Request
from conformance.events.verdict import ExitCode, exit_code
from conformance.policy.profiles import profile
from conformance.runs.process import Death, WatchedJudge


@dataclass(frozen=True)
class Found:
    """What an import registered, or why it could not be carried out."""

    operators: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    execution: str = ""
    stood_in: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    contracts: Mapping[str, str] = field(default_factory=dict)
    """Operators of the catalogue that say how a registered one is called."""
    refused: ExitCode | None = None
    reason: str = ""


def find_registrations(imports: str, device: str, limits: Limits) -> Found:
    """Import what the text names, and list what it registers.

    Raises :class:`~conformance.events.loading.UsageError` if there is no such thing.
    """
    request = Request(
        "", None, device, profile("quick"), 0, limits=limits, imports=imports,
        registration=Registration(""),
    )  # fmt: skip
    with WatchedJudge(request) as judge:
        for message in judge.messages():
            if isinstance(message, Death):
                return Found(refused=ExitCode.UNDECIDED, reason=message.how)
            if "refused" in message:
                told = refused(str(message["refused"]), str(message["message"]), 0.0)
                return Found(refused=exit_code(told.verdict), reason=told.reason)
            if "registered" in message:
                return _found(message["registered"])
    raise AssertionError("a judge's messages end with its death")


def _contracts() -> dict[str, str]:
    """Registered operators that an installed contract speaks of, with its name."""
    found = {}
    for name in operator_names():
        with suppress(Exception):  # a contract that cannot be loaded says nothing here
            found.update(dict.fromkeys(find_operator(name).registered, name))
    return found


def _found(data: dict[str, Any]) -> Found:
    return Found(
        tuple(map(str, data["operators"])),
        tuple(map(str, data["modules"])),
        str(data["execution"]),
        tuple(map(str, data["stood_in"])),
        {str(what): str(why) for what, why in data["missing"].items()},
        _contracts(),
    )
