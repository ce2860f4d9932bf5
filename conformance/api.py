"""The suite from Python: ``check`` a subject, get a report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.case import Case
from conformance.checks.listing import listed_of_captured_calls
from conformance.contract import Contract, Operator
from conformance.events.events import CheckFinished, Event, Ready, RunFinished
from conformance.events.loading import UsageError
from conformance.events.log import Log
from conformance.events.request import Limits, Profile, Request, check_given
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profile as find_profile
from conformance.policy.stored import Store
from conformance.runs.names import check_names, check_waivers
from conformance.runs.plan import Checks, Listener, OneCase, Plan, new_seed
from conformance.runs.run import OpenSession, run
from conformance.runs.session import Session
from conformance.targets.gpus import parse_targets


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
    def troubles(self) -> tuple[str, ...]:
        """What went wrong beside the subject, such as a store that cannot be read: a line each."""
        ends = (event for event in self.events if isinstance(event, RunFinished))
        return next(ends).troubles

    @property
    def conformant(self) -> bool:
        """Whether everything that was decided passed, or failed under a waiver."""
        return self.verdict in (Verdict.PASS, Verdict.WAIVED)


def check(
    operator: Any,
    subject: str | Callable[..., Any] | None = None,
    *,
    profile: str | Profile = "gate",
    device: str = "cpu",
    checks: str | Sequence[str] = (),
    targets: str | Sequence[str] = (),
    seed: int | None = None,
    store: str | Path | None = None,
    waivers: str | Path | Sequence[str | Path] = (),
    shipped_waivers: bool = True,
    fail_fast: bool = False,
    limits: Limits | None = None,
    listeners: Sequence[Listener] = (),
    cases: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> Report:
    """Ask a subject every question that the contract of ``operator`` implies.

    ``operator`` is a name or ``FILE.py:NAME``; ``subject`` is a text as on the command line, None
    for the operator's own implementation, a callable, or a :class:`conformance.Launch`. Texts run
    in a process of their own, whose end is a verdict; anything else runs in this one, without
    limits, and ``operator`` may then also be a :class:`~conformance.contract.Contract` or
    :class:`~conformance.contract.Operator`.
    ``profile`` is the name of one that ships with the suite, or one of your own. ``checks`` are ids
    (empty: those of the profile, or all), ``targets`` are names of GPUs that ``builds`` compiles
    kernels for (empty: those of the profile), ``store`` is the folder of kept cases (None: nothing
    is kept), ``waivers`` are TOML files; without ``shipped_waivers`` what the waivers that ship
    with the suite cover fails. ``cases`` is a folder of captured calls; without ``checks`` only
    these are asked then. ``settings`` says more of the subject, as options of the command line do
    (``{"router": "ours"}``). ``listeners`` hear every event; what one raises is raised when the run
    is over, those aside that are no ``Exception``, which break it off.

    Raises :class:`~conformance.events.loading.UsageError` for what does not exist and for a
    contract that is wrong, ``ValueError`` for an unknown profile or target, a seed of more than
    63 bits, or a text that says nothing, ``TypeError`` for an ``operator`` that is none.
    """
    checks = (checks,) if isinstance(checks, str) else tuple(checks)
    if cases is not None:
        checks = checks or tuple(each.id for each in listed_of_captured_calls())
    waivers = (waivers,) if isinstance(waivers, str | Path) else waivers
    for path in waivers:
        check_given("waivers", str(path))
    files = tuple(Path(path) for path in waivers)
    check_waivers(files, shipped_waivers)
    log = Log()
    effort = find_profile(profile) if isinstance(profile, str) else profile
    if targets or isinstance(targets, str):
        names = targets if isinstance(targets, str) else ",".join(targets)
        effort = replace(effort, targets=parse_targets(names))
    request = _request(
        operator,
        subject,
        device,
        effort,
        new_seed() if seed is None else seed,
        store=None if store is None else str(store),
        waivers=tuple(map(str, files)),
        limits=limits or Limits(),
        shipped_waivers=shipped_waivers,
        cases=None if cases is None else str(cases),
        settings=dict(settings or {}),
    )
    plan = Plan(request, Checks(checks, fail_fast))
    kept = Store(None if store is None else Path(store))
    run(plan, [log, *listeners], kept, _opened(request, operator, subject, checks))
    return report(log, request.seed)


def replay(
    case: str,
    operator: Any,
    subject: str | Callable[..., Any] | None = None,
    device: str = "cpu",
    cases: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> CheckFinished:
    """Ask a subject one case again, given as its line. Arguments and errors as for :func:`check`.

    Raises :class:`~conformance.case.CaseError` for a line that is no case.
    """
    asked = Case.parse(case)
    folder = None if cases is None else str(cases)
    request = _request(
        operator, subject, device, find_profile("gate"), asked.seed, cases=folder,
        settings=dict(settings or {}),
    )  # fmt: skip
    log = Log()
    run(Plan(request, OneCase(case)), [log], open_session=_opened(request, operator, subject))
    return [event for event in log.events if isinstance(event, CheckFinished)][-1]


def report(log: Log, seed: int) -> Report:
    """The events of a finished run as a report."""
    end = next(event for event in log.events if isinstance(event, RunFinished))
    ready = next((event for event in log.events if isinstance(event, Ready)), None)
    finished = tuple(event for event in log.events if isinstance(event, CheckFinished))
    return Report(end.verdict, finished, ready, seed, tuple(log.events))


def _request(
    operator: Any, subject: Any, device: str, profile: Profile, seed: int, **further: Any
) -> Request:
    name = operator
    if not isinstance(operator, str):
        contract = operator.contract if isinstance(operator, Operator) else operator
        if not isinstance(contract, Contract):
            got = f"{operator!r}"[:60]
            raise UsageError(f"{got} is no operator: give a name, a Contract or an Operator")
        name = contract.name
    if subject is not None and not isinstance(subject, str):
        subject = _text_of(subject)
    return Request(name, subject, device, profile, seed, **further)


def _text_of(function: Callable[..., Any]) -> str:
    """What names a callable on the command line; in angle brackets if nothing does."""
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", None) or type(function).__name__
    if module in (None, "__main__") or not name.replace(".", "").isidentifier():
        return f"<{name.rpartition('.')[2]}>"
    return f"{module}:{name}"


def _opened(
    request: Request, operator: Any, subject: Any, checks: Sequence[str] = ()
) -> OpenSession:
    """A session in this process for what only this process has, else in one of its own.

    Raises :class:`~conformance.events.loading.UsageError` for a name that nothing has.
    """
    named = subject is None or isinstance(subject, str)
    if isinstance(operator, str) and named:
        check_names([operator], request.subject, checks, request.settings)
        return Session
    from conformance.asking.in_process import InProcessSession

    if isinstance(operator, Contract):
        operator = Operator(operator, {})
    given = operator if isinstance(operator, Operator) else None
    function = None if named else subject
    return lambda request, emit: InProcessSession(request, emit, given, function)
