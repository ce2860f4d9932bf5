"""``conformance check``."""

import argparse
from dataclasses import replace

from conformance.catalogue.operators import members
from conformance.cli.limits import limits_of
from conformance.cli.outcome import check_files, complain, outcome
from conformance.cli.values import device_of
from conformance.events.events import AllFinished, RunFinished
from conformance.events.request import Request
from conformance.events.verdict import ExitCode
from conformance.policy.profiles import profile
from conformance.policy.stored import Store
from conformance.reports.files import FileReport
from conformance.reports.json_log import GrowingLog
from conformance.reports.junit import as_junit
from conformance.reports.terminal import TerminalReport
from conformance.runs.family import jobs_for, run_family
from conformance.runs.listeners import Listeners
from conformance.runs.names import check_names, check_waivers
from conformance.runs.plan import Checks, Plan, new_seed
from conformance.runs.run import run


def execute(options: argparse.Namespace) -> ExitCode:
    """Run the checks, print and write the reports. Raises ``ValueError`` for one file twice."""
    check_files(options.json, options.junit)
    store = None if options.no_store else options.store
    seed = new_seed() if options.seed is None else options.seed
    names = members(options.operator)
    effort = profile(options.profile)
    if options.targets:
        effort = replace(effort, targets=options.targets)
    check_names(names, options.subject, options.check)
    check_waivers(options.waivers, not options.no_shipped_waivers)
    requests = [
        Request(
            name,
            options.subject,
            device_of(options),
            effort,
            seed,
            str(store) if store else None,
            tuple(str(path) for path in options.waivers),
            limits_of(options),
            not options.no_shipped_waivers,
        )
        for name in names
    ]
    files = []
    if options.json:
        files.append(FileReport(options.json, GrowingLog(), complain))
    if options.junit:
        files.append(FileReport(options.junit, as_junit, complain))
    told = Listeners([TerminalReport(verbose=options.verbose), *files])
    asks = Checks(tuple(options.check), options.fail_fast)
    plans = [Plan(request, asks) for request in requests]
    end: RunFinished | AllFinished
    if len(plans) == 1:
        end = run(plans[0], [told], Store(store))
    else:
        jobs = options.jobs or jobs_for(device_of(options), len(plans))
        end = run_family(plans, [told], Store(store), jobs, options.operator)
    return outcome(end, told, files, options.unsupported_ok)
