"""Options of ``conformance replay`` that say which case, and how somebody looks at it."""

import argparse

from conformance.cli.options.values import file_or_folder, file_to_write


def add_case_options(parser: argparse.ArgumentParser) -> None:
    """Which case: its line, the digits of a failure that is recorded, or the first of the last
    run."""
    parser.add_argument(
        "name", nargs="?", metavar="operator",
        help="the name of an operator, or FILE.py:NAME of a contract; the case must be one of its "
        "contract (default: the installed operator that the case names)",
    )  # fmt: skip
    parser.add_argument(
        "case", nargs="?",
        help="the line of a case, as a failure prints it, or four or more digits of its short id",
    )  # fmt: skip
    parser.add_argument("--operator", metavar="NAME", help="the operator, said as an option")
    parser.add_argument(
        "--last", action="store_true", help="the first failure of the last run that had one"
    )
    parser.add_argument(
        "--list", action="store_true", help="only list the failures that are recorded, newest first"
    )
    parser.add_argument(
        "--store", type=file_or_folder, metavar="DIR",
        help="where kept cases are; failures are recorded beside it (default: .conformance/cases)",
    )  # fmt: skip


def add_looking_options(parser: argparse.ArgumentParser) -> None:
    """How somebody looks at a case."""
    parser.add_argument(
        "--debug", action="store_true",
        help="run it in this process, without isolation or limits: print, breakpoint(), "
        "tl.device_print and tl.static_print of the subject and its kernels show at once",
    )  # fmt: skip
    parser.add_argument(
        "--dump", type=file_to_write, metavar="FILE",
        help="write arguments, outputs, the oracle's answer and the budget, for torch.load",
    )  # fmt: skip
