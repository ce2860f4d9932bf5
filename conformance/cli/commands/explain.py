"""``conformance explain``."""

import argparse

from conformance.checks.listing import find_listed
from conformance.events.verdict import ExitCode


def execute(options: argparse.Namespace) -> ExitCode:
    """Print a check's question and how it decides. Raises ``ValueError`` for an unknown id."""
    try:
        check = find_listed(options.check)
    except KeyError as error:
        raise ValueError(error.args[0]) from None
    print(f"{check.id}: {check.question}\n\n{check.explanation}")
    return ExitCode.CONFORMANT
