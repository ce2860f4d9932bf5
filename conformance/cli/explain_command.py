"""``conformance explain``."""

import argparse

from conformance.checks import find_check
from conformance.events.verdict import ExitCode


def execute(options: argparse.Namespace) -> ExitCode:
    """Print a check's question and how it decides. Raises ``ValueError`` for an unknown id."""
    try:
        check = find_check(options.check)
    except KeyError as error:
        raise ValueError(error.args[0]) from None
    print(f"{check.id}: {check.question}\n\n{check.explanation}")
    return ExitCode.CONFORMANT
