"""``conformance replay``."""

import argparse
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from conformance.case import Case
from conformance.cli.limits import limits_of
from conformance.events.request import Request
from conformance.events.verdict import ExitCode, Verdict, exit_code
from conformance.policy.profiles import profile
from conformance.reports.failure import Origin, failure_lines, headline
from conformance.runs.session import Session


def execute(options: argparse.Namespace) -> ExitCode:
    """Run one case and say what comes of it."""
    case = Case.parse(options.case)
    request = Request(
        options.operator or case.contract,
        options.subject,
        options.device,
        profile("gate"),
        case.seed,
        limits=limits_of(options),
    )
    origin = Origin(request.operator, request.subject, request.device)
    console = Console(highlight=False, soft_wrap=True)
    with Session(request, lambda event: None) as session:
        event = session.load()
        if event.verdict is Verdict.PASS:
            assert session.ready is not None
            console.print(Text(f"subject {session.ready.subject} on {session.ready.mode}"))
            checks = session.ready.checks
            if case.check not in checks:
                raise ValueError(f"no check {case.check!r}; known: {', '.join(checks)}")
            event = session.replay(case.check, checks[case.check], options.case)
            event = replace(event, execution=session.ready.execution)
    console.print(Text(headline(event)))
    for failure in event.failures:
        for line in failure_lines(failure, origin):
            console.print(Text(f"  {line}"))
    return exit_code(event.verdict)
