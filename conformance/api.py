"""The suite from Python: ``check`` a subject, get a report."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow
from typing import Any

from conformance.engine.events import CheckFinished, Event, Log, Ready, RunFinished
from conformance.engine.request import Limits, Request
from conformance.engine.run import Listener, Plan, run
from conformance.engine.session import Session
from conformance.profiles import Profile
from conformance.profiles import profile as find_profile
from conformance.stored import Store
from conformance.verdict import Verdict


@dataclass(frozen=True)
class Report:
    """What a run found."""

    verdict: Verdict
    checks: tuple[CheckFinished, ...]
    ready: Ready | None
    seed: int
    events: tuple[Event, ...]

    def __getitem__(self, check: str) -> CheckFinished:
        """The result of one check, by id."""
        for event in self.checks:
            if event.check == check:
                return event
        raise KeyError(f"{check} did not run; these did: {[e.check for e in self.checks]}")

    @property
    def conformant(self) -> bool:
        """Whether everything that was decided passed, or failed under a waiver."""
        return self.verdict in (Verdict.PASS, Verdict.WAIVED)


def new_seed() -> int:
    """A seed for a run that was given none."""
    return randbelow(1 << 31)


def check(
    operator: Any,
    subject: str | Callable[..., Any] | None = None,
    *,
    profile: str | Profile = "gate",
    device: str = "cpu",
    checks: Sequence[str] = (),
    seed: int | None = None,
    store: Path | None = None,
    waivers: Sequence[Path] = (),
    fail_fast: bool = False,
    limits: Limits | None = None,
    listeners: Sequence[Listener] = (),
) -> Report:
    """Ask a subject every question that the contract of ``operator`` implies.

    ``operator`` is a name or ``FILE.py:NAME``; ``subject`` is a text as on the command line, None
    for the operator's own implementation, or a callable. Texts run in a process of their own, whose
    end is a verdict; a callable runs in this one, without limits, and ``operator`` may then also be
    a :class:`~conformance.contract.Contract` or :class:`~conformance.contract.Operator`.
    ``profile`` is the name of one that ships with the suite, or one of your own.

    Raises :class:`~conformance.engine.session.UsageError` for what does not exist, ``ValueError``
    for an unknown profile.
    """
    log = Log()
    request = Request(
        operator if isinstance(operator, str) else _name(operator),
        subject if isinstance(subject, str) or subject is None else _name(subject),
        device,
        find_profile(profile) if isinstance(profile, str) else profile,
        new_seed() if seed is None else seed,
        str(store) if store else None,
        tuple(str(path) for path in waivers),
        limits or Limits(),
    )
    plan = Plan(request, tuple(checks), fail_fast)
    here = callable(subject) or not isinstance(operator, str)
    opened = _here(operator, subject) if here else Session
    run(plan, [log, *listeners], Store(store), opened)
    return report(log, request.seed)


def report(log: Log, seed: int) -> Report:
    """The events of a finished run as a report."""
    end = next(event for event in log.events if isinstance(event, RunFinished))
    ready = next((event for event in log.events if isinstance(event, Ready)), None)
    finished = tuple(event for event in log.events if isinstance(event, CheckFinished))
    return Report(end.verdict, finished, ready, seed, tuple(log.events))


def _here(operator: Any, subject: Any) -> Callable[[Request, Listener], Any]:
    """A session in this process for what only this process has."""
    from conformance.contract import Contract, Operator
    from conformance.engine.here import HereSession

    if isinstance(operator, Contract):
        operator = Operator(operator, {})
    given = operator if isinstance(operator, Operator) else None
    function = subject if callable(subject) else None
    return lambda request, emit: HereSession(request, emit, given, function)


def _name(thing: Any) -> str:
    contract = getattr(thing, "contract", thing)
    return str(getattr(contract, "name", None) or getattr(thing, "__name__", None) or repr(thing))
