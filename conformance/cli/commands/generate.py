"""``conformance generate``."""

import argparse
from copy import copy
from fnmatch import fnmatchcase

from conformance.catalogue.operators import find_operator, operator_names
from conformance.cli.asked import Asking
from conformance.contract import Mode
from conformance.events.verdict import ExitCode
from conformance.policy.nearest import did_you_mean
from conformance.reports.tables.mode_table import ModeTable
from conformance.runs.family import run_family
from conformance.runs.listeners import Listener
from conformance.runs.names import check_checks_of_generation
from conformance.runs.plan import Plan

WIDTH = 200
"""Columns that the table takes at least; a narrower terminal wraps, a file does not."""


def execute(options: argparse.Namespace) -> ExitCode:
    """Ask every mode of every operator that generates. Raises ``ValueError`` for a name that none
    has."""
    check_checks_of_generation(options.check)
    modes = _chosen(options.operator, options.mode)
    if options.list:
        for operator, mode in modes:
            said = " ".join(f"--{name} {value}" for name, value in mode.settings.items())
            print(f"{operator:<18} {mode.name:<32} --subject {mode.subject} {said}".rstrip())
        return ExitCode.CONFORMANT
    asking = Asking(options, profile="quick")
    plans: list[Plan] = []
    names: dict[tuple[str, ...], str] = {}
    for operator, mode in modes:
        settings = {**asking.choices.settings, **mode.settings}
        plan = asking.plan(operator, mode.subject, settings=settings)
        plans.append(plan)
        names[operator, mode.subject, *plan.request.words] = mode.name
    console = copy(asking.console)
    console.width = max(console.width, WIDTH)
    # An engine takes a gigabyte and a core: one mode after the other, unless it is said.
    told: list[Listener] = [asking.told, ModeTable(names, console)]
    return asking.outcome(
        run_family(plans, told, asking.store, asking.choices.jobs or 1, "generation")
    )


def _chosen(operators: list[str], modes: list[str]) -> list[tuple[str, Mode]]:
    """The modes whose names hold one of the patterns, of the operators that fit one."""
    known = {name: find_operator(name).modes for name in operator_names()}
    known = {name: found for name, found in known.items() if found}
    for pattern in operators:
        if not any(fnmatchcase(name, pattern) for name in known):
            hint = did_you_mean(pattern, known)
            raise ValueError(f"no operator {pattern!r} generates{hint}; known: {', '.join(known)}")
    chosen = [
        (name, mode)
        for name, found in known.items()
        if not operators or any(fnmatchcase(name, pattern) for pattern in operators)
        for mode in found
        if not modes or any(fnmatchcase(mode.name, f"*{pattern}*") for pattern in modes)
    ]
    if not chosen:
        names = ", ".join(dict.fromkeys(mode.name for found in known.values() for mode in found))
        raise ValueError(f"no mode has {' or '.join(modes)} in its name; known: {names}")
    return chosen
