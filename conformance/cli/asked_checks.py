"""``--list-checks``: what would be asked, and what failures decide."""

from collections.abc import Iterable

from conformance.catalogue.devices import compiles
from conformance.catalogue.operators import find_operator, operator_names
from conformance.checks.listing import (
    Listed,
    listed,
    listed_of_captured_calls,
    listed_of_generation,
    listed_of_registrations,
    listed_on,
    with_those_of_devices,
)
from conformance.reports.foreign import one_line
from conformance.runs.plan import Plan


def lines_of(plans: Iterable[Plan]) -> list[str]:
    """A line for each operator, subject and device, and below those that are asked the same a line
    for each check."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for plan in plans:
        request = plan.request
        subject = request.subject or "its own subject"
        asked = f"{request.operator}: {subject} on {request.device}, {request.profile.name}"
        checks = tuple(
            f"  {plan.severity_of(check.id)!s:<5} {check.id:<16} {check.question}"
            for check in _checks(plan)
        )
        groups.setdefault(checks, []).append(one_line(asked))
    return [line for checks, asked in groups.items() for line in (*asked, *checks)]


def _checks(plan: Plan) -> list[Listed]:
    request = plan.request
    wanted = plan.asked_ids or request.profile.checks
    devices = listed_on(compiles(request.device), wanted)
    if request.registration is not None:
        known = listed_of_registrations()
    elif request.cases is not None:
        known = (*listed_of_captured_calls(), *with_those_of_devices(listed(), devices))
    elif _generates(request.operator):
        known = listed_of_generation()
    else:
        known = with_those_of_devices(listed(), devices)
    return [check for check in known if not wanted or check.id in wanted]


def _generates(operator: str) -> bool:
    """What a file holds is not known before the judge reads it: its checks are those of kernels."""
    brought = operator in operator_names()
    return brought and find_operator(operator).contract.asks == "generation"
