"""What a run is to do: a request, and what is asked of its subject."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from secrets import randbelow
from typing import Protocol

from conformance.case import Case
from conformance.checks.listing import listed_of_devices, listed_of_slow_devices
from conformance.events.events import CheckFinished, Ready
from conformance.events.loading import UsageError
from conformance.events.request import Request
from conformance.events.severity import Severity
from conformance.runs.listeners import Listener

__all__ = ["AnySession", "Aspects", "Checks", "Listener", "OneCase", "Plan", "Question", "new_seed"]

Answer = Callable[[], CheckFinished]
"""Asks one question of a loaded subject and waits for the verdict."""


class AnySession(Protocol):
    """What a run needs of a session: a process of its own, or this one."""

    @property
    def ready(self) -> Ready | None: ...

    def __enter__(self) -> "AnySession": ...

    def __exit__(self, *exception: object) -> None: ...

    def load(self) -> CheckFinished: ...

    def ask(self, check: str, question: str) -> CheckFinished: ...

    def examine(self, aspect: str, question: str) -> CheckFinished: ...

    def replay(self, check: str, question: str, line: str) -> CheckFinished: ...


@dataclass(frozen=True)
class Question:
    """One thing to ask: a check, an aspect, or the check that a case names."""

    id: str
    text: str
    answer: Answer


@dataclass(frozen=True)
class Checks:
    """The checks with these ids; if there are none, those of the profile, or all.

    They are asked in the suite's order. An iterator is asked for the next id only when the answer
    before has been told, and keeps its own order.
    """

    ids: Iterable[str] = ()
    fail_fast: bool = False
    """Whether nothing more is asked once a check has failed."""
    first: tuple[str, ...] = ()
    """Checks that are asked before the others, as far as they are asked at all."""

    def questions(self, request: Request, session: AnySession) -> Iterator[Question]:
        """What is asked of a loaded subject. Raises :class:`UsageError` for an unknown id."""
        assert session.ready is not None
        usual = session.ready.checks
        known = {**usual, **_of_devices(request)}
        for check in self.ids if isinstance(self.ids, Iterator) else self._sorted(request, usual):
            if check not in known:
                raise UsageError(f"no check {check!r}; known: {', '.join(known)}")
            yield Question(check, known[check], partial(session.ask, check, known[check]))

    def _sorted(self, request: Request, known: Mapping[str, str]) -> list[str]:
        wanted = tuple(self.ids) or request.profile.checks or tuple(known)
        every = {**known, **_of_devices(request)}
        if unknown := [check for check in wanted if check not in every]:
            raise UsageError(f"no check {', '.join(unknown)}; known: {', '.join(known)}")
        chosen = [check for check in every if check in wanted]
        return sorted(chosen, key=lambda check: check not in self.first)


@dataclass(frozen=True)
class OneCase:
    """One case again, given as its line, without waivers."""

    line: str
    fail_fast = False

    def questions(self, request: Request, session: AnySession) -> Iterator[Question]:
        """The check that the case names.

        Raises :class:`UsageError` if there is no such check, and for a case of another contract
        than the operator's.
        """
        assert session.ready is not None
        known = session.ready.checks
        case = Case.parse(self.line)
        if case.contract != session.ready.contract:
            raise UsageError(
                f"the case is one of {case.contract}, and operator {request.operator} has the "
                f"contract {session.ready.contract}: name the operator of the case"
            )
        check = case.check
        known = {**known, **_of_devices(request)}
        if check not in known:
            raise UsageError(f"no check {check!r}; known: {', '.join(known)}")
        answer = partial(session.replay, check, known[check], self.line)
        yield Question(check, known[check], answer)


@dataclass(frozen=True)
class Aspects:
    """Aspects of an operator: their ids with their questions, in order."""

    texts: Mapping[str, str]
    fail_fast = False

    def questions(self, request: Request, session: AnySession) -> Iterator[Question]:
        """All of them, whatever the subject promises."""
        for aspect, text in self.texts.items():
            yield Question(aspect, text, partial(session.examine, aspect, text))


@dataclass(frozen=True)
class Plan:
    """Whom to ask, and what."""

    request: Request
    asks: Checks | OneCase | Aspects = field(default_factory=Checks)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """What the failures of checks decide, by their ids; deny for those that are not named."""

    @property
    def asked_ids(self) -> tuple[str, ...]:
        """The ids of the checks that are named; empty if none is."""
        named = self.asks.ids if isinstance(self.asks, Checks) else ()
        return () if isinstance(named, Iterator) else tuple(named)

    @property
    def coming(self) -> tuple[str, ...] | None:
        """The ids of the checks that will be asked; empty for all, None where nobody knows yet."""
        if not isinstance(self.asks, Checks) or isinstance(self.asks.ids, Iterator):
            return None
        named = self.asked_ids or self.request.profile.checks
        return tuple(each for each in named if self.severity_of(each) is not Severity.OFF)

    @property
    def opened(self) -> Request:
        """The request as its subject is opened for it: with the checks that will be asked."""
        return replace(self.request, asked=self.coming)

    def severity_of(self, check: str) -> Severity:
        """What a failure of the check decides."""
        return self.severity.get(check, Severity.DENY)


def new_seed() -> int:
    """A seed for a run that was given none."""
    return randbelow(1 << 31)


def _of_devices(request: Request) -> dict[str, str]:
    """Checks that need a device which compiles: elsewhere they can be named, and then say so."""
    if request.registration is not None:
        return {}
    return {c.id: c.question for c in (*listed_of_devices(), *listed_of_slow_devices())}
