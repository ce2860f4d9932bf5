"""What a session of pytest asks: subjects of operators on devices, each with the items it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from conformance.catalogue.devices import compiles
from conformance.catalogue.operators import find_operator, operator_names
from conformance.checks.listing import (
    Listed,
    every_listed,
    listed,
    listed_of_captured_calls,
    listed_of_generation,
    listed_of_registrations,
    listed_on,
    with_those_of_devices,
)
from conformance.events.loading import LOAD, LOAD_QUESTION, UsageError
from conformance.events.request import check_given
from conformance.policy.configuration import Configuration
from conformance.pytest_plugin.choices import narrowed
from conformance.pytest_plugin.node_ids import Named
from conformance.runs.configured import Occasion, plans_of
from conformance.runs.plan import Checks, Plan

USUAL_OPERATOR = "gemma4_routing"
"""What subjects are judged as if no operator is named."""
LOADING = Listed(LOAD, LOAD_QUESTION, "")


@dataclass(frozen=True)
class Asked:
    """One subject of one operator on one device, and the checks that are items.

    ``operator`` is what ids call the operator: its name in the configuration, if it has one.
    ``group`` is what the user named: something must be decided of each group and subject, unless
    that is ``allowed`` to fail.
    """

    plan: Plan
    operator: str
    group: str
    items: tuple[Listed, ...]
    allowed: bool

    @property
    def subject(self) -> str | None:
        """As the user gave it; None for the operator's own."""
        return self.plan.request.subject

    @property
    def device(self) -> str:
        """As the user gave it."""
        return self.plan.request.device


def asked_by_names(
    configuration: Configuration, names: Sequence[str], occasion: Occasion
) -> tuple[Asked, ...]:
    """What operators with these names ask; without names and subjects, what is configured.

    Raises ``ValueError`` and :class:`UsageError` for what does not exist; nothing has been
    imported by then but contracts.
    """
    for name in names:
        check_given("--conformance-operator", name)
    if not names and occasion.said.subjects:
        configured = list(configuration.operators)
        names = configured if len(configured) == 1 else [USUAL_OPERATOR]
    if not names and not configuration.operators:
        plans_of(configuration, (), occasion)  # says how to configure one
    found: list[Asked] = []
    for name in dict.fromkeys(names or configuration.operators):
        plans = plans_of(configuration, [name], occasion)
        choices = occasion.said.over(configuration.asked_of(name).choices)
        allowed = bool(choices.unsupported_ok)
        alone = len({plan.request.operator for plan in plans}) == 1
        for plan in plans:
            operator = name if alone else plan.request.operator
            found.append(Asked(plan, operator, name, _items(plan), allowed))
    return tuple(found)


def asked_by_ids(
    configuration: Configuration,
    ids: Iterable[Named],
    occasion: Occasion,
    known: Sequence[Asked],
) -> tuple[Asked, ...]:
    """What ids name: some of ``known``, or subjects that nothing but the id names.

    Raises as :func:`asked_by_names`, also for a check that an operator does not have.
    """
    found: dict[tuple[str, str | None, str], Asked] = {}
    for named in ids:
        chosen = [each for each in known if _is_named(each, named)]
        if not chosen:
            alone = narrowed(occasion, named.subject, named.device)
            chosen = list(asked_by_names(configuration, [named.operator], alone))
        for each in chosen:
            items = _chosen(each, named)
            key = each.operator, each.subject, each.device
            if key in found:
                every = [LOADING, *every_listed()]
                both = {*found[key].items, *items}
                items = tuple(check for check in every if check in both)
            found[key] = replace(each, items=items)
    return tuple(found.values())


def _is_named(each: Asked, named: Named) -> bool:
    whole = named.subject is None and not named.check
    return (
        each.operator == named.operator
        and (whole or each.subject == named.subject)
        and named.device in ("", each.device)
    )


def _chosen(each: Asked, named: Named) -> tuple[Listed, ...]:
    if not named.check:
        return each.items
    every = (LOADING, *listed_for(each.plan))
    chosen = tuple(check for check in every if check.id == named.check)
    if not chosen:
        raise UsageError(
            f"{each.operator} has no check {named.check}; it has: "
            f"{', '.join(check.id for check in every)}"
        )
    return chosen


def listed_for(plan: Plan) -> tuple[Listed, ...]:
    """The checks that a plan can ask. What a file holds is not known before the judge has read it:
    its checks are those of kernels."""
    request = plan.request
    if request.registration is not None:
        return listed_of_registrations()
    captured = listed_of_captured_calls() if request.cases is not None else ()
    devices = listed_on(compiles(request.device), _wanted(plan))
    name = request.operator
    if name in operator_names():
        asks = find_operator(name).contract.asks
        own = devices if asks == "kernel" else ()
        return (*with_those_of_devices(checks_of_kind(asks), own), *captured)
    return (*with_those_of_devices(listed(), devices), *captured)


def checks_of_kind(asks: str) -> tuple[Listed, ...]:
    """The checks of a contract, by what its ``asks`` says."""
    return listed_of_generation() if asks == "generation" else listed()


def _wanted(plan: Plan) -> tuple[str, ...]:
    """The checks that are named."""
    assert isinstance(plan.asks, Checks)
    return tuple(plan.asks.ids) or plan.request.profile.checks


def _items(plan: Plan) -> tuple[Listed, ...]:
    known = listed_for(plan)
    wanted = _wanted(plan)
    chosen = tuple(check for check in known if not wanted or check.id in wanted)
    if not chosen:
        raise UsageError(
            f"{plan.request.operator} has no check {', '.join(wanted)}; it has: "
            f"{', '.join(check.id for check in known)}"
        )
    return (LOADING, *chosen)
