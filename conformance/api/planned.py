"""What Python asks as a plan, and where its subject runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.api.opened import named, opened
from conformance.events.loading import UsageError
from conformance.events.request import Limits, Profile, Request, check_given
from conformance.events.severity import Severity
from conformance.policy.configuration import (
    Choices,
    Configuration,
    ConfiguredOperator,
    configuration_for,
    read_file,
)
from conformance.runs.configured import (
    DEFAULT_DEVICE,
    Occasion,
    check_severities,
    checks_of,
    effort_of,
    request_of,
)
from conformance.runs.names import check_ids
from conformance.runs.plan import Plan, new_seed
from conformance.runs.run import OpenSession


def planned(
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
    cases: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
    configuration: Configuration | str | Path | None = None,
) -> tuple[Plan, OpenSession]:
    """The plan of :func:`conformance.check` with these arguments, and what opens its session.

    Raises what ``check`` raises before anything is asked.
    """
    left_out = dict.fromkeys(_texts(skip), Severity.OFF)
    levels = {name: Severity(level) for name, level in (severity or {}).items()}
    said = Choices(
        profile=profile if isinstance(profile, str) else None,
        devices=() if device is None else (device,),
        checks=_texts(checks),
        severity={**levels, **left_out},
        waivers=_files(waivers),
        shipped_waivers=shipped_waivers,
        store=_store(store),
        targets=_texts(targets),
        settings=dict(settings or {}),
        fail_fast=fail_fast,
    )
    check_ids(list(said.severity))
    asked = _configured(operator, configuration)
    choices = said.over(asked.choices)
    if isinstance(operator, str):
        operator = asked.operator
        subject = _only(asked.name, choices.subjects) if subject is None else subject
    folder = None if cases is None else str(cases)
    given = new_seed() if seed is None else seed
    occasion = Occasion(said, given, cases=folder, store=None)
    where = (choices.devices or (DEFAULT_DEVICE,))[0]
    request = request_of(*named(operator, subject), where, choices, occasion)
    request = _own(replace(request, imports=asked.imports), profile, choices, limits)
    plan = Plan(request, checks_of(choices, folder), choices.severity)
    return plan, opened(operator, subject, plan.asked_ids, choices.settings)


def _own(
    request: Request, profile: str | Profile | None, choices: Choices, limits: Limits | None
) -> Request:
    """The request with the profile and the limits that only Python can give."""
    if isinstance(profile, Profile):
        targets = effort_of(choices).targets if choices.targets else profile.targets
        request = replace(request, profile=replace(profile, targets=targets))
    return replace(request, limits=limits) if limits is not None else request


def _configured(
    operator: Any, configuration: Configuration | str | Path | None
) -> ConfiguredOperator:
    """What the project says of an operator; of one that only Python has, what it says of all.

    Raises ``ValueError`` for a configuration that cannot be read, and
    :class:`~conformance.events.loading.UsageError` for a check in it that does not exist.
    """
    if configuration is None:
        configuration = configuration_for()
    elif not isinstance(configuration, Configuration):
        configuration = read_file(Path(configuration))
    check_severities(configuration)
    if isinstance(operator, str):
        return configuration.asked_of(operator)
    return ConfiguredOperator("", choices=configuration.choices)


def _only(name: str, subjects: Sequence[str]) -> str | None:
    if len(subjects) > 1:
        raise UsageError(f"{name} has several subjects, {', '.join(subjects)}: name one")
    return subjects[0] if subjects else None


def _texts(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _files(given: str | Path | Sequence[str | Path]) -> tuple[str, ...]:
    paths = (given,) if isinstance(given, str | Path) else given
    for path in paths:
        check_given("waivers", str(path))
    return tuple(str(Path(path)) for path in paths)


def _store(given: str | Path | None) -> str | None:
    check_given("store", None if given is None else str(given))
    return None if given is None else str(given)
