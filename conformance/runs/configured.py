"""From what a project configures and what is said this time to plans: the same for every front."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from conformance.catalogue.devices import parse_device
from conformance.catalogue.objects import SubjectNotFound
from conformance.catalogue.operators import members
from conformance.checks.listing import (
    listed_of_captured_calls,
    listed_of_kernels,
    listed_of_registrations,
)
from conformance.events.loading import UsageError
from conformance.events.request import Profile, Registration, Request
from conformance.policy.configuration import Choices, Configuration, ConfiguredOperator
from conformance.policy.profiles import profile
from conformance.runs.names import (
    check_ids,
    check_names,
    check_registered,
    check_waivers,
)
from conformance.runs.plan import Checks, Plan
from conformance.targets.gpus import parse_targets

DEFAULT_PROFILE = "gate"
DEFAULT_DEVICE = "cpu"
DEFAULT_STORE = ".conformance/cases"


@dataclass(frozen=True)
class Occasion:
    """What is said this time, beside what may be configured.

    ``imports``, ``contract`` and ``example`` are for operators that are registered with torch.
    ``store`` is where cases are kept if nobody chose a folder (None: nowhere), ``profile`` how
    thoroughly is asked if nobody says.
    """

    said: Choices
    seed: int
    imports: str = ""
    contract: str = ""
    example: str = ""
    cases: str | None = None
    store: str | None = DEFAULT_STORE
    profile: str = DEFAULT_PROFILE


def plans_of(
    configuration: Configuration, names: Sequence[str], occasion: Occasion
) -> tuple[Plan, ...]:
    """A plan for each operator, subject and device; without ``names`` for all that is configured.

    A name is one of the configuration, of an operator or of a family; ``FILE.py:NAME`` of a
    contract; or ``NAMESPACE::NAME`` of an operator that is registered with torch. Raises
    :class:`~conformance.events.loading.UsageError` and ``ValueError`` for what does not exist.
    """
    if not names and not configuration.operators:
        where = configuration.source or "conformance.toml or pyproject.toml"
        raise UsageError(
            f"nothing to check: name an operator, or configure one in {where} under "
            "[tool.conformance.operators.NAME]; conformance new NAME begins one"
        )
    check_severities(configuration)
    plans: list[Plan] = []
    for name in dict.fromkeys(names or configuration.operators):
        asked = configuration.asked_of(name)
        asked = replace(asked, choices=occasion.said.over(asked.choices))
        plans += _plans(asked, occasion, tuple(configuration.operators))
    return tuple(plans)


def check_severities(configuration: Configuration) -> None:
    """Raise :class:`~conformance.events.loading.UsageError` for a check that does not exist."""
    every = [configuration.choices, *(each.choices for each in configuration.operators.values())]
    for choices in every:
        try:
            check_ids([*choices.severity, *choices.checks])
        except UsageError as error:
            raise UsageError(f"{configuration.source}: {error}") from error


def effort_of(choices: Choices, otherwise: str = DEFAULT_PROFILE) -> Profile:
    """The profile that is chosen, with the GPUs that are. Raises ``ValueError``."""
    effort = profile(otherwise if choices.profile is None else choices.profile)
    if choices.targets:
        effort = replace(effort, targets=parse_targets(",".join(choices.targets)))
    return effort


def checks_of(choices: Choices, cases: str | None) -> Checks:
    """The checks that are chosen; where there are captured calls and none is, those of these.

    Raises ``ValueError`` for a check of captured calls where there are none.
    """
    of_captured = tuple(check.id for check in listed_of_captured_calls())
    wanted = choices.checks
    if cases is not None:
        wanted = wanted or of_captured
    elif lacking := [check for check in wanted if check in of_captured]:
        raise ValueError(f"{lacking[0]} is asked of captured calls: give their folder, --cases DIR")
    return Checks(wanted, bool(choices.fail_fast))


def request_of(
    operator: str, subject: str | None, device: str, choices: Choices, occasion: Occasion
) -> Request:
    """What one run is to do. Raises ``ValueError`` for what makes no sense."""
    shipped = choices.shipped_waivers is not False
    check_waivers(map(Path, choices.waivers), shipped)
    return Request(
        operator,
        subject,
        _device(device),
        effort_of(choices, occasion.profile),
        occasion.seed,
        store_of(choices, occasion.store),
        choices.waivers,
        choices.limits.limits(),
        shipped,
        cases=occasion.cases,
        share_device=bool(choices.share_device),
        settings=dict(choices.settings),
    )


def store_of(choices: Choices, otherwise: str | None = DEFAULT_STORE) -> str | None:
    """The folder of kept cases; None for none."""
    return otherwise if choices.store is None else choices.store or None


def _device(text: str) -> str:
    try:
        return str(parse_device(text))
    except SubjectNotFound as error:
        raise UsageError(str(error)) from error


def _plans(
    asked: ConfiguredOperator, occasion: Occasion, configured: tuple[str, ...]
) -> Iterable[Plan]:
    choices = asked.choices
    subjects: tuple[str | None, ...] = choices.subjects or (None,)
    for device in choices.devices or (DEFAULT_DEVICE,):
        if asked.registered:
            yield from _registered(asked, device, occasion)
            continue
        for subject in subjects:
            operators = members(asked.operator)
            check_names(operators, subject, choices.checks, choices.settings, configured)
            for operator in operators:
                request = request_of(operator, subject, device, choices, occasion)
                request = replace(request, imports=occasion.imports or asked.imports)
                asks = checks_of(choices, occasion.cases)
                yield Plan(request, asks, choices.severity)


def _registered(asked: ConfiguredOperator, device: str, occasion: Occasion) -> Iterable[Plan]:
    """A registration, and its values against a contract if there is one."""
    choices = asked.choices
    contract = occasion.contract or asked.contract
    example = occasion.example or asked.example
    imports = occasion.imports or asked.imports
    if choices.subjects:
        raise ValueError(
            f"{asked.name} is the subject itself: leave --subject out, or name a contract"
        )
    check_registered(asked.name, contract, choices.checks)
    own, of_values = _split(choices)
    if own is None and not contract:
        raise ValueError("these checks need a contract: --contract FILE.py:NAME")
    if own is not None:
        request = request_of(asked.name, None, device, choices, occasion)
        registration = Registration(asked.name, contract, example)
        request = replace(request, imports=imports, registration=registration)
        yield Plan(request, own, choices.severity)
    if contract and of_values is not None:
        request = request_of(contract, asked.name, device, choices, occasion)
        yield Plan(replace(request, imports=imports), of_values, choices.severity)


def _split(choices: Choices) -> tuple[Checks | None, Checks | None]:
    """The checks of a registration and those of a contract; None where none is asked."""
    fast = bool(choices.fail_fast)
    if not choices.checks:
        return Checks((), fast), Checks((), fast)
    sides = []
    for known in (listed_of_registrations(), listed_of_kernels()):
        own = tuple(each for each in choices.checks if each in [check.id for check in known])
        sides.append(Checks(own, fast) if own else None)
    return sides[0], sides[1]
