"""``conformance registrations``."""

import argparse
from fnmatch import fnmatchcase

from rich.text import Text

from conformance.cli.asked import Asking
from conformance.events.request import Registration
from conformance.events.verdict import ExitCode
from conformance.policy.nearest import did_you_mean
from conformance.reports.foreign import indented
from conformance.runs.family import jobs_for, run_family
from conformance.runs.names import check_checks_of_registrations
from conformance.runs.registrations import Found, find_registrations


def execute(options: argparse.Namespace) -> ExitCode:
    """Ask every operator that an import registers. Raises ``ValueError`` for a name that none
    of them has."""
    check_checks_of_registrations(options.check)
    asking = Asking(options)
    limits = asking.choices.limits.limits()
    found = find_registrations(options.imports, asking.device, limits)
    console = asking.console
    for line in _told(options.imports, found):
        console.print(Text(indented(line)))
    if found.refused is not None:
        return found.refused
    names = _chosen(options.operator, found.operators)
    if options.list:
        for name in names:
            console.print(Text(indented(name)))
        return ExitCode.CONFORMANT
    if not names:
        return ExitCode.UNDECIDED
    plans = []
    for name in names:
        contract = found.contracts.get(name, "")
        registration = Registration(name, contract, options.example or "")
        plans.append(asking.plan(name, None, imports=options.imports, registration=registration))
    jobs = asking.choices.jobs or jobs_for(asking.device, len(plans))
    end = run_family(plans, [asking.told], asking.store, jobs, options.imports)
    return asking.outcome(end)


def _told(text: str, found: Found) -> list[str]:
    lines = [f"{text}: {len(found.operators)} operators in {len(found.modules)} modules"]
    if found.refused is not None:
        return [f"{text}: {found.reason}"]
    if found.execution:
        lines.append(f"executed: {found.execution}")
    if found.stood_in:
        lines.append(f"stood in for: {', '.join(found.stood_in)}")
    lines += [f"not imported: {what}: {why}" for what, why in found.missing.items()]
    if not found.operators:
        lines.append("importing it registers no operator: there is nothing to judge")
    return lines


def _chosen(patterns: list[str], known: tuple[str, ...]) -> list[str]:
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in known):
            hint = did_you_mean(pattern, known)
            raise ValueError(f"no operator {pattern!r} is registered{hint}")
    return [n for n in known if not patterns or any(fnmatchcase(n, p) for p in patterns)]
