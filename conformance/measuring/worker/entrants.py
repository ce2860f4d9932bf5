"""Who is measured: subjects, peers and floors, each with the ways to do its work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from conformance.catalogue.objects import SubjectBroken, SubjectNotFound, load_object
from conformance.contract import Contract, Operator, Peer, TensorArgument
from conformance.measuring.told import Contestant
from conformance.measuring.worker.timers import Call
from conformance.subjects.subject import load_subject

Way = Callable[[Any], Call]
"""From the arguments of a call to what makes it."""

OWN_GRAPHS = ("reduce-overhead", "max-autotune")
"""Modes of ``torch.compile`` that capture graphs of their own, which no other graph can hold."""


@dataclass(frozen=True)
class Entrant:
    """One who is measured. Of several ``ways`` the fastest counts."""

    name: str
    group: str
    """``subject``, ``peer`` or ``floor``."""
    meaning: str
    ways: Mapping[str, Way] = field(default_factory=dict)
    origin: str = ""
    absent: str = ""
    """Why it cannot be measured here."""
    leaves_out: str = ""
    answers: Way | None = None
    """How its answer is had; None where nobody owes one."""

    @property
    def told(self) -> Contestant:
        """What reports say of it."""
        return Contestant(
            self.name, self.group, self.meaning, self.origin, self.absent, self.leaves_out
        )


def subject_entrant(operator: Operator, name: str, settings: Mapping[str, str]) -> Entrant:
    """The subject of that name, loaded into this process.

    Raises :class:`SubjectNotFound` for a name that nobody knows.
    """
    try:
        subject = load_subject(operator, name, settings)
    except SubjectNotFound:
        raise
    except Exception as error:
        return Entrant(name, "subject", "", absent=f"{type(error).__name__}: {error}")
    if subject.loaded is not None and subject.loaded.device is not None:
        where = subject.loaded.device.mode
        return Entrant(name, "subject", "", absent=f"it runs on a device of its own: {where}")
    way = partial(_called, operator.contract, subject.function)
    return Entrant(name, "subject", "", {"": way}, subject.origin, answers=way)


def peer_entrant(operator: Operator, peer: Peer) -> Entrant:
    """A peer, loaded into this process; one that cannot be loaded says why."""
    try:
        if lack := peer.lacks() if peer.lacks else "":
            return Entrant(peer.name, "peer", peer.meaning, absent=lack)
        if peer.prepared:
            function = load_object(peer.subject)
            own: dict[str, Way] = {
                mode: partial(_prepared, partial(function, mode=mode)) for mode in peer.modes
            } or {"": partial(_prepared, function)}
            return Entrant(peer.name, "peer", peer.meaning, own, peer.subject, "",
                           peer.leaves_out, next(iter(own.values())))  # fmt: skip
        loaded = load_subject(operator, peer.subject, {})
    except (SubjectBroken, SubjectNotFound) as error:
        return Entrant(peer.name, "peer", peer.meaning, absent=str(error))
    except Exception as error:
        return Entrant(peer.name, "peer", peer.meaning, absent=f"{type(error).__name__}: {error}")
    plain = partial(_called, operator.contract, loaded.function)
    ways: dict[str, Way] = {
        mode: partial(_compiled, operator.contract, _compiler(loaded.function, mode), mode)
        for mode in peer.modes
    } or {"": plain}
    return Entrant(peer.name, "peer", peer.meaning, ways, loaded.origin, "", peer.leaves_out,
                   next(iter(ways.values())))  # fmt: skip


def passed(contract: Contract, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments as a caller writes them: optional ones at the end are left out if None."""
    count = len(arguments)
    for argument, value in zip(reversed(contract.arguments), reversed(arguments), strict=True):
        if value is not None or not (isinstance(argument, TensorArgument) and argument.optional):
            break
        count -= 1
    return arguments[:count]


def _called(contract: Contract, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Call:
    given = passed(contract, arguments)
    # A released function is called as its own package does, without looking its arguments up.
    bound = getattr(function, "bound", None)
    return bound(*given) if bound is not None else partial(function, *given)


def _prepared(function: Callable[..., Call], arguments: tuple[Any, ...]) -> Call:
    return function(*arguments)


def _compiler(function: Callable[..., Any], mode: str) -> Callable[..., Any]:
    """One for all calls: each of its own would be compiled again."""
    compiled: Callable[..., Any] = torch.compile(
        function, mode=None if mode == "default" else mode, dynamic=False
    )
    return compiled


def _compiled(
    contract: Contract, compiled: Callable[..., Any], mode: str, arguments: tuple[Any, ...]
) -> Call:
    call = partial(compiled, *passed(contract, arguments))
    if mode not in OWN_GRAPHS:
        return call

    def step() -> Any:
        torch.compiler.cudagraph_mark_step_begin()  # what the last call returned may be reused
        return call()

    return step
