"""``conformance replay``."""

import argparse

from conformance.case import Case
from conformance.cli.limits import limits_of
from conformance.cli.values import device_of
from conformance.events.request import Request
from conformance.events.verdict import ExitCode, exit_code
from conformance.policy.profiles import profile
from conformance.reports.replay import ReplayReport
from conformance.runs.names import check_names
from conformance.runs.plan import OneCase, Plan
from conformance.runs.run import run


def execute(options: argparse.Namespace) -> ExitCode:
    """Run one case and say what comes of it."""
    case = Case.parse(options.case)
    request = Request(
        case.contract if options.operator is None else options.operator,
        options.subject,
        device_of(options),
        profile("gate"),
        case.seed,
        limits=limits_of(options),
    )
    check_names([request.operator], request.subject, [case.check])
    return exit_code(run(Plan(request, OneCase(options.case)), [ReplayReport()]).verdict)
