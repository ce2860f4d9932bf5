"""Options of ``conformance bench``."""

import argparse

from conformance.cli.options.engine import add_engine_options
from conformance.cli.options.values import amount, count, device, file_to_write, seed, words
from conformance.measuring.request import GRAPH, PLAIN, WALL

BENCH_EXAMPLES = """\
exit codes: 0 measured; with --against, nothing lost ground; 1 a subject lost ground; 2 usage or
contract error; 3 nothing could be measured; 4 inconclusive: too noisy to decide

examples:
  conformance bench gemma4_routing --device cuda                 this suite's kernel and its peers
  conformance bench gemma4_routing --subject my_kernel.py:route --device cuda
  conformance bench gemma4_routing --subject torch --subject vllm==0.32.0 --device cuda
  conformance bench gemma4_routing --size T=64,2048 --dtype bfloat16
  conformance bench gemma4_routing --device cuda --json out.json --plot out.svg
  conformance bench gemma4_routing --device cuda --save baseline.json
  conformance bench gemma4_routing --device cuda --against baseline.json
"""


def sizes(text: str) -> tuple[str, tuple[int, ...]]:
    """``NAME=N,N``."""
    name, _, listed = text.partition("=")
    numbers = listed.split(",")
    if not name or not all(each.isascii() and each.isdigit() for each in numbers):
        raise argparse.ArgumentTypeError(f"{text!r}: write NAME=N,N, as T=64,2048")
    return name, tuple(map(int, numbers))


def names(text: str) -> tuple[str, ...]:
    """Names with a comma between each."""
    return tuple(part.strip() for part in words(text).split(",") if part.strip())


def add_points(parser: argparse.ArgumentParser) -> None:
    """At which points of an operator is measured."""
    parser.add_argument(
        "--size", action="append", default=[], type=sizes, metavar="NAME=N,N",
        help="these sizes of an axis instead of those that the operator lists; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--dtype", type=names, default=(), metavar="D,D", help="these dtypes instead"
    )


def add_sharing(parser: argparse.ArgumentParser) -> None:
    """What lets two processes use one GPU."""
    parser.add_argument(
        "--share-device", action="store_true",
        help="do not wait until no other run uses the GPU; figures suffer from it",
    )  # fmt: skip


def add_bench_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance bench``."""
    parser.add_argument("operator", type=words, help="name, family, or FILE.py:NAME of a contract")
    parser.add_argument(
        "--subject", action="append", default=[], type=words, metavar="S",
        help="who is measured, named as for 'check'; repeatable (default: the operator's own)",
    )  # fmt: skip
    parser.add_argument(
        "--device", type=device, metavar="D", help="cpu (default), cuda, cuda:1, xpu"
    )
    add_points(parser)
    parser.add_argument("--no-peers", action="store_true", help="measure subjects and floors only")
    parser.add_argument(
        "--no-answers", action="store_true",
        help="do not look whether answers are right; every figure is marked 'not checked'",
    )  # fmt: skip
    parser.add_argument(
        "--cold", action="store_true", help="empty the device's cache before each replay of a graph"
    )
    parser.add_argument(
        "--timer", action="append", default=[], choices=(GRAPH, PLAIN, WALL),
        help="measure in this way only: replays of a graph, plain calls, or the CPU's clock; "
        "repeatable (default: all that the device knows)",
    )  # fmt: skip
    add_sharing(parser)
    parser.add_argument(
        "--rounds", type=count, metavar="N", help="samples of each at least (default: 15)"
    )
    parser.add_argument(
        "--seed", type=seed, metavar="N", help="of contents and of the order of rounds"
    )
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="write everything as JSON"
    )
    parser.add_argument(
        "--plot", type=file_to_write, metavar="FILE.svg", help="write a plot of time against size"
    )
    parser.add_argument(
        "--save",
        type=file_to_write,
        metavar="FILE",
        help="write ratios as a baseline for --against",
    )
    parser.add_argument(
        "--against", type=words, metavar="FILE",
        help="fail if a subject lost ground against its peers and floors since this baseline",
    )  # fmt: skip
    parser.add_argument(
        "--tolerance", type=amount, default=5.0, metavar="PERCENT",
        help="how much a ratio may grow before ground is lost (default: 5)",
    )  # fmt: skip
    add_engine_options(parser)
