"""Options of ``conformance tune``."""

import argparse

from conformance.cli.options.bench import add_points, add_sharing
from conformance.cli.options.values import count, device, file_to_write, seed, words

TUNE_EXAMPLES = """\
exit codes: 0 measured, 2 usage or contract error, 3 nothing could be measured

examples:
  conformance tune gemma4_routing --device cuda                     what would change
  conformance tune gemma4_routing --device cuda --to table.json     the whole table, as a file
  conformance tune gemma4_routing --device cuda --size T=64 --dtype bfloat16
"""


def add_tune_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance tune``."""
    parser.add_argument("operator", type=words, help="name, family, or FILE.py:NAME of an operator")
    parser.add_argument(
        "--device", type=device, metavar="D", help="a device that compiles: cuda, cuda:1, xpu"
    )
    add_points(parser)
    add_sharing(parser)
    parser.add_argument(
        "--rounds", type=count, metavar="N", help="samples of each at least (default: 15)"
    )
    parser.add_argument("--seed", type=seed, metavar="N", help="of contents and order of rounds")
    parser.add_argument(
        "--to", type=file_to_write, metavar="FILE",
        help="write the table: the entries that are shipped, with those that were measured",
    )  # fmt: skip
