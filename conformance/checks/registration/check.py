"""What a check of a registration is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance import torch_registry
from conformance.case import Case
from conformance.events.finding import Finding
from conformance.registrations.examined import Examined


def once(examined: Examined) -> Iterable[Case]:
    """For checks that look at the registration, and not at calls."""
    if examined.calls is not None:
        yield examined.calls.usual("")
    else:
        yield Case(examined.registered.name, "", {}, {})


def usual(examined: Examined) -> Iterable[Case]:
    """The usual call."""
    assert examined.calls is not None
    yield examined.calls.usual("")


def varied(examined: Examined) -> Iterable[Case]:
    """The usual call, and others in size, dtype, layout, and in all of them."""
    calls = examined.calls
    assert calls is not None
    yield calls.usual("")
    yield from calls.dtypes("")
    yield from calls.sizes("")
    yield from calls.layouts("")
    yield from calls.drawn("", examined.effort.examples, examined.effort.seed)


def placed(examined: Examined) -> Iterable[Case]:
    """The usual call, in other dtypes and layouts."""
    calls = examined.calls
    assert calls is not None
    yield calls.usual("")
    yield from calls.dtypes("")
    yield from calls.layouts("")


def nothing(examined: Examined) -> str | None:
    """For checks that every registration can be asked."""
    return None


def calls(examined: Examined) -> str | None:
    """For checks that call the operator."""
    return examined.no_calls or "no call is known" if examined.calls is None else None


def functional_calls(examined: Examined) -> str | None:
    """For checks that need torch to make the call functional, as most compilers do first."""
    if lack := calls(examined):
        return lack
    if not can_be_functional(examined):
        return NOT_FUNCTIONAL
    return None


NOT_FUNCTIONAL = (
    "a result lies in the memory of an argument by the schema: torch makes no such operator "
    "functional, unless it consists of torch's own"
)


def can_be_functional(examined: Examined) -> bool:
    """Whether torch makes calls of the operator functional."""
    registered = examined.registered
    return registered.is_composite or not torch_registry.views_of_results(registered.schema)


@dataclass(frozen=True)
class RegistrationCheck:
    """One question to a registration.

    ``cases`` lists the calls it is asked with, ``decide`` says what is wrong with one. It may raise
    :class:`~conformance.registrations.examined.CallRefused` for a call that tells nothing, and
    :class:`~conformance.events.verdict.NotSupported` if it cannot be asked at all. ``lacks`` says
    why not beforehand.
    """

    id: str
    question: str
    decide: Callable[[Examined, Case], list[Finding]]
    cases: Callable[[Examined], Iterable[Case]] = varied
    lacks: Callable[[Examined], str | None] = calls
    at_least: int = 1
    """Calls that must have told something, else nothing was decided."""
