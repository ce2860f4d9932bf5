"""A subject that is ready to be asked, in this process or in one of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from conformance.asking.judged import judged_code
from conformance.asking.remote.device import RemoteDevice
from conformance.asking.remote.subject import RemoteSubject
from conformance.catalogue.devices import Device, open_device
from conformance.contract import Operator, Promise
from conformance.events.events import Judged
from conformance.events.request import Request
from conformance.policy.subject_name import SubjectName
from conformance.subjects.known_as import known_as
from conformance.subjects.names import check_name
from conformance.subjects.promised import promised
from conformance.wheels.deadline import SHARE, within


@dataclass(frozen=True)
class Opened:
    """A subject on a device, with what is to be known of it: see
    :class:`~conformance.subjects.loaded.Loaded`.

    ``isolation`` says what keeps it from the verdict; it is empty if a process of its own does.
    """

    name: str
    function: Callable[..., Any]
    device: Device
    origin: str
    known_as: SubjectName
    judged: Judged
    execution: str = ""
    promise: Promise = field(default_factory=Promise)
    stood_in: tuple[str, ...] = ()
    sources: Path | None = None
    isolation: str = ""


class Opens(Protocol):
    """Opens the subject of a request."""

    def __call__(self, request: Request, operator: Operator, name: str) -> Opened: ...


def opened_here(function: Callable[..., Any] | None = None) -> Opens:
    """Opens subjects in this process; ``function`` is the subject if it is given."""
    from conformance.subjects.subject import load_subject, subject_of  # imports Triton

    def opened(request: Request, operator: Operator, name: str) -> Opened:
        with within(SHARE * request.limits.load_seconds):
            subject = (
                load_subject(operator, name, request.settings)
                if function is None
                else subject_of(operator, name, function)
            )
        loaded = subject.loaded
        device = (loaded and loaded.device) or open_device(request.device)
        sources = loaded.sources if loaded else None
        return Opened(
            subject.name, subject.function, device, subject.origin, subject.known_as,
            judged_code(subject.origin, sources, name, subject.function, function is not None),
            loaded.execution if loaded else "",
            promised(operator, name, request.settings),
            loaded.stood_in if loaded else (),
            sources,
            "it ran in the process of the judge: a subject that means harm could reach the verdict",
        )  # fmt: skip

    return opened


def opened_there(remote: RemoteSubject) -> Opens:
    """Opens subjects in a process of their own."""

    def opened(request: Request, operator: Operator, name: str) -> Opened:
        check_name(operator, name)
        there = remote.load(request, name)
        device = RemoteDevice(remote, there, request.limits)
        sources = Path(there.sources) if there.sources else None
        return Opened(
            name, _called_there, device, there.origin, known_as(operator, name),
            judged_code(there.origin, sources),
            there.execution, promised(operator, name, request.settings), there.stood_in, sources,
            _isolation(request, name),
        )  # fmt: skip

    return opened


def _called_there(*arguments: Any) -> Any:
    raise AssertionError("a subject with a process of its own is called there")


def _isolation(request: Request, name: str) -> str:
    """What the judge and the subject share beside the suite."""
    contract, subject = (text.rpartition(":")[0] for text in (request.operator, name))
    if contract and subject and Path(contract) == Path(subject):
        return (
            f"contract and subject are both in {contract}: what that file does when it is "
            "imported, it does in the judge's process as well"
        )
    return ""
