"""``conformance tune``."""

import argparse

from rich.console import Console
from rich.text import Text

from conformance.catalogue.operators import find_operator, members
from conformance.cli.measured import fill, result_for, tuning_request
from conformance.cli.outcome import check_files
from conformance.contract import Operator
from conformance.events.verdict import ExitCode
from conformance.measuring.shapes import as_table, merged, read_table, table_place, tuned
from conformance.policy.writing import write_whole
from conformance.reports.foreign import one_line
from conformance.reports.measured.tuned import tuned_lines


def execute(options: argparse.Namespace) -> ExitCode:
    """Measure candidates, print what differs from the shipped table, write the new one.

    Raises ``ValueError`` for an operator that has nothing to tune.
    """
    if options.to:
        check_files([("--to", options.to)])
    names = members(options.operator)
    operators = {name: find_operator(name) for name in names}
    if len(names) > 1:
        operators = {name: each for name, each in operators.items() if each.tuning is not None}
    if not operators:
        raise ValueError(f"{options.operator}: none of its operators has launch shapes to tune")
    if options.to and len(operators) > 1:
        raise ValueError(
            f"--to takes the table of one operator: name one of {', '.join(operators)}"
        )
    console = Console(highlight=False, soft_wrap=True)
    codes = [_tune(console, name, each, options) for name, each in operators.items()]
    return max(codes)


def _tune(console: Console, name: str, operator: Operator, options: argparse.Namespace) -> ExitCode:
    if operator.tuning is None:
        raise ValueError(f"{name} has no launch shapes to tune")
    entries = read_table(table_place(operator.tuning))
    request = tuning_request(name, operator, entries, options)
    result = result_for(request, operator)
    fill(request, result, options.share_device)
    if result.machine is None:
        return ExitCode.UNDECIDED
    found = list(tuned(operator.tuning, entries, result))
    for line in tuned_lines(result, found, operator.tuning.table):
        console.print(Text(one_line(line)))
    if options.to and found:
        table = merged(operator.tuning, entries, found, result)
        write_whole(options.to, as_table(name, table))
    return ExitCode.CONFORMANT if found else ExitCode.UNDECIDED
