"""``conformance check``."""

import argparse
from dataclasses import replace

from conformance.catalogue.operators import members
from conformance.cli.asked import Asking
from conformance.cli.engine_options import settings_of
from conformance.cli.values import device_of
from conformance.events.events import AllFinished, RunFinished
from conformance.events.request import Registration
from conformance.events.verdict import ExitCode
from conformance.runs.family import jobs_for, run_family
from conformance.runs.names import check_names, check_registered
from conformance.runs.plan import Plan
from conformance.runs.run import run


def execute(options: argparse.Namespace) -> ExitCode:
    """Run the checks, print and write the reports. Raises ``ValueError`` for one file twice."""
    if "::" in options.operator:
        return _registered(options)
    if options.contract or options.example:
        raise ValueError(
            "--contract and --example are for an operator that is registered with torch: "
            "conformance check NAMESPACE::OPERATOR --import FILE.py"
        )
    asking = Asking(options)
    names = members(options.operator)
    check_names(names, options.subject, options.check, settings_of(options))
    plans = [
        Plan(
            replace(asking.request(name, options.subject), imports=options.imports or ""),
            asking.checks,
        )
        for name in names
    ]
    end: RunFinished | AllFinished
    if len(plans) == 1:
        end = run(plans[0], [asking.told], asking.store)
    else:
        jobs = options.jobs or jobs_for(device_of(options), len(plans))
        end = run_family(plans, [asking.told], asking.store, jobs, options.operator)
    return asking.outcome(end)


def _registered(options: argparse.Namespace) -> ExitCode:
    """Ask a registration, and its values against a contract if there is one."""
    if options.subject is not None:
        raise ValueError("--subject is for a contract; NAMESPACE::OPERATOR is the subject itself")
    check_registered(options.operator, options.contract or "", options.check)
    asking = Asking(options)
    own, of_contract = asking.split()
    asked: list[Plan] = []
    if own is not None:
        registration = Registration(options.operator, options.contract or "", options.example or "")
        request = asking.request(options.operator, None)
        request = replace(request, imports=options.imports or "", registration=registration)
        asked.append(Plan(request, own))
    if options.contract and of_contract is not None:
        request = asking.request(options.contract, options.operator)
        asked.append(Plan(replace(request, imports=options.imports or ""), of_contract))
    if not asked:
        raise ValueError("these checks need a contract: --contract FILE.py:NAME")
    end: RunFinished | AllFinished
    if len(asked) == 1:
        end = run(asked[0], [asking.told], asking.store)
    else:
        end = run_family(asked, [asking.told], asking.store, 1, options.operator)
    return asking.outcome(end)
