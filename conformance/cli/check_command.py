"""``conformance check``."""

import argparse

from conformance.cli.asked import Asking
from conformance.events.events import AllFinished, RunFinished
from conformance.events.verdict import ExitCode
from conformance.runs.configured import plans_of
from conformance.runs.family import jobs_for, run_family
from conformance.runs.run import run


def execute(options: argparse.Namespace) -> ExitCode:
    """Run the checks, print and write the reports. Raises ``ValueError`` for one file twice."""
    names = [options.operator] if options.operator is not None else []
    registered = any("::" in name for name in names)
    if names and not registered and (options.contract or options.example):
        raise ValueError(
            "--contract and --example are for an operator that is registered with torch: "
            "conformance check NAMESPACE::OPERATOR --import FILE.py"
        )
    asking = Asking(options)
    plans = plans_of(asking.configuration, names, asking.occasion)
    end: RunFinished | AllFinished
    if len(plans) == 1:
        end = run(plans[0], [asking.told], asking.store)
    else:
        jobs = 1 if registered else asking.choices.jobs or jobs_for(asking.device, len(plans))
        end = run_family(plans, [asking.told], asking.store, jobs, options.operator or "")
    return asking.outcome(end)
