"""Every question to one subject, from Python."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from conformance.api.planned import planned
from conformance.api.report import Report, report
from conformance.events.log import Log
from conformance.events.request import Limits, Profile
from conformance.policy.configuration import Configuration
from conformance.policy.stored import Store
from conformance.runs.plan import Listener
from conformance.runs.run import run


def check(
    operator: Any,
    subject: str | Callable[..., Any] | None = None,
    *,
    profile: str | Profile | None = None,
    device: str | None = None,
    checks: str | Sequence[str] = (),
    skip: str | Sequence[str] = (),
    severity: Mapping[str, str] | None = None,
    targets: str | Sequence[str] = (),
    seed: int | None = None,
    store: str | Path | None = None,
    waivers: str | Path | Sequence[str | Path] = (),
    shipped_waivers: bool | None = None,
    fail_fast: bool | None = None,
    limits: Limits | None = None,
    listeners: Sequence[Listener] = (),
    cases: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
    configuration: Configuration | str | Path | None = None,
) -> Report:
    """Ask a subject every question that the contract of ``operator`` implies.

    ``operator`` is a name, one that the project configures, or ``FILE.py:NAME``; ``subject`` is a
    text as on the command line, None for the operator's own implementation, a callable, or a
    :class:`conformance.Launch`. Texts run in a process of their own, whose end is a verdict;
    anything else runs in this one, without limits, and ``operator`` may then also be a
    :class:`~conformance.contract.Contract` or :class:`~conformance.contract.Operator`.
    ``profile`` is the name of one that ships with the suite, or one of your own (default: gate).
    ``checks`` are ids (empty: those of the profile, or all), ``skip`` are ids that are left out,
    ``severity`` maps ids to what their failures decide (``"deny"``, ``"warn"``, ``"off"``),
    ``targets`` are names of GPUs that ``builds`` compiles kernels for (empty: those of the
    profile), ``store`` is the folder of kept cases (None: nothing is kept), ``waivers`` are TOML
    files; without ``shipped_waivers`` what the waivers that ship with the suite cover fails.
    ``cases`` is a folder of captured calls; without ``checks`` only these are asked then.
    ``settings`` says more of the subject, as options of the command line do
    (``{"router": "ours"}``). ``listeners`` hear every event; what one raises is raised when the run
    is over, those aside that are no ``Exception``, which break it off.

    What is not said is as the project configures it: ``configuration`` is one, or its file (None:
    that of the project that the current folder lies in; ``Configuration()``: none).

    Raises :class:`~conformance.events.loading.UsageError` for what does not exist and for a
    contract that is wrong, ``ValueError`` for an unknown profile, target or severity, a seed of
    more than 63 bits, a text that says nothing, or a configuration that cannot be read,
    ``TypeError`` for an ``operator`` that is none.
    """
    plan, opening = planned(
        operator,
        subject,
        profile=profile,
        device=device,
        checks=checks,
        skip=skip,
        severity=severity,
        targets=targets,
        seed=seed,
        store=store,
        waivers=waivers,
        shipped_waivers=shipped_waivers,
        fail_fast=fail_fast,
        limits=limits,
        cases=cases,
        settings=settings,
        configuration=configuration,
    )
    folder = plan.request.store
    log, kept = Log(), Store(Path(folder) if folder else None)
    run(plan, [log, *listeners], kept, opening)
    return report(log, plan.request.seed)
