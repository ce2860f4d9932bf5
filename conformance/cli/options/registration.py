"""Options of ``conformance registrations``."""

import argparse

from conformance.cli.options.common import add_asking_options, add_limit_options
from conformance.cli.options.values import device, words


def add_registrations_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance registrations``."""
    parser.add_argument(
        "imports", metavar="WHAT", type=words,
        help="FILE.py, MODULE, PACKAGE (installed) or PACKAGE==VERSION (a release)",
    )  # fmt: skip
    parser.add_argument(
        "--operator", type=words, action="append", default=[], metavar="NAME",
        help="only this operator, NAMESPACE::NAME, or all that a pattern fits: 'ns::rms_*'; "
        "repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--example", type=words, metavar="E",
        help="FILE.py:NAME of a dict from operators to arguments that they take, which are varied",
    )  # fmt: skip
    parser.add_argument(
        "--list", action="store_true", help="only list the operators, and what was imported"
    )
    parser.add_argument(
        "--device", type=device, metavar="D",
        help="where the operators are called: cpu (default), cuda, or another name that "
        "'conformance list' shows",
    )  # fmt: skip
    add_limit_options(parser)
    add_asking_options(parser)
