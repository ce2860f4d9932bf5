"""``conformance check``."""

import argparse
from dataclasses import replace

from conformance.catalogue.operators import members
from conformance.cli.limits import limits_of
from conformance.events.events import AllFinished, RunFinished
from conformance.events.request import Request
from conformance.events.verdict import ExitCode, Verdict, exit_code
from conformance.policy.profiles import profile
from conformance.policy.stored import Store
from conformance.reports.files import FileReport
from conformance.reports.json_log import GrowingLog
from conformance.reports.junit import as_junit
from conformance.reports.terminal import TerminalReport
from conformance.runs.family import jobs_for, run_family
from conformance.runs.names import check_names, check_waivers
from conformance.runs.plan import Checks, Listener, Plan, new_seed
from conformance.runs.run import run


def execute(options: argparse.Namespace) -> ExitCode:
    """Run the checks, print and write the reports. Raises ``ValueError`` for one file twice."""
    if options.json and options.json == options.junit:
        raise ValueError(f"--json and --junit both name {options.json}: name two files")
    store = None if options.no_store else options.store
    seed = new_seed() if options.seed is None else options.seed
    names = members(options.operator)
    effort = profile(options.profile)
    if options.targets:
        effort = replace(effort, targets=options.targets)
    check_names(names, options.subject, options.check)
    check_waivers(options.waivers)
    requests = [
        Request(
            name,
            options.subject,
            options.device,
            effort,
            seed,
            str(store) if store else None,
            tuple(str(path) for path in options.waivers),
            limits_of(options),
        )
        for name in names
    ]
    listeners: list[Listener] = [TerminalReport(verbose=options.verbose)]
    if options.json:
        listeners.append(FileReport(options.json, GrowingLog()))
    if options.junit:
        listeners.append(FileReport(options.junit, as_junit))
    asks = Checks(tuple(options.check), options.fail_fast)
    plans = [Plan(request, asks) for request in requests]
    end: RunFinished | AllFinished
    if len(plans) == 1:
        end = run(plans[0], listeners, Store(store))
    else:
        jobs = options.jobs or jobs_for(options.device, len(plans))
        end = run_family(plans, listeners, Store(store), jobs, options.operator)
    if end.verdict is Verdict.UNSUPPORTED and options.unsupported_ok:
        return ExitCode.CONFORMANT
    return exit_code(end.verdict)
