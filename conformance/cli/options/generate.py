"""Options of ``conformance generate``."""

import argparse

from conformance.cli.options.common import add_asking_options, add_limit_options
from conformance.cli.options.engine import SETTINGS
from conformance.cli.options.values import device, words


def add_generate_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance generate``."""
    parser.add_argument(
        "--operator", type=words, action="append", default=[], metavar="NAME",
        help="only this operator, or all that a pattern fits: 'generate_q*'; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--mode", type=words, action="append", default=[], metavar="TEXT",
        help="only modes with this text in their name; repeatable",
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help="only list the modes")
    parser.add_argument(
        "--device", type=device, metavar="D", help="where engines run: cpu (default)"
    )
    parser.add_argument("--model", type=words, metavar="PATH", help=SETTINGS["model"][1])
    add_limit_options(parser)
    add_asking_options(parser)
