"""Options of the commands about locks."""

import argparse
from typing import Any

from conformance.cli.options.values import words

_EXIT = "exit codes: 0 {good}, 1 {bad}, 2 usage or a damaged lock, 3 not to be had here"
_TEXTS = """\
a side is one of
  LOCK.json or FOLDER   locks that 'conformance lock' wrote
  FILE.py or MODULE     imported in a process of its own, and read from torch
  PACKAGE==VERSION      fetched, and read from its source; nothing of it is run
  REVISION              of this git repository: its fixtures/locks, else its source
"""


def add_lock_commands(commands: Any) -> None:
    """``conformance lock`` and ``conformance diff``."""
    lock = commands.add_parser(
        "lock",
        help="write what operators promise their callers, or check that it still holds",
        description="Write a lock for each namespace: schemas, what fakes promise, where it is "
        "registered, kernels, functions, switches.",
        epilog=f"{_TEXTS}\n{_EXIT.format(good='written, or all match', bad='a lock is amiss')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = lock.add_argument
    add("sources", nargs="*", type=words, metavar="SOURCE", help="what to lock, see below")
    add("--to", type=words, metavar="FILE", help="a file or a folder (default: fixtures/locks)")
    what = (
        "also lock this plain function, MODULE:NAME of an installed package, by its signature, and "
        "the Triton kernels of its module; repeatable"
    )
    add("--function", type=words, action="append", default=[], metavar="F", help=what)
    what = "lock only entries whose full name this pattern fits ('ns::rms_*'); repeatable"
    add("--only", type=words, action="append", default=[], metavar="P", help=what)
    what = "write nothing; fail on an unlocked, changed or stale entry"
    add("--check", action="store_true", help=what)
    diff = commands.add_parser(
        "diff",
        help="what changed for callers between two locks, releases or revisions",
        description="Compare what operators promise, in the eyes of callers: breaking, risky, "
        "compatible or cosmetic, and the version that is owed.",
        epilog=f"{_TEXTS}\n{_EXIT.format(good='nothing breaking', bad='something breaking')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = diff.add_argument
    add("old", type=words, metavar="OLD", help="before, see below")
    add("new", type=words, metavar="NEW", help="after")
    add("--format", choices=("text", "json", "github"), default="text", help="default: text")
    what = "also list the calls in this package or folder that break"
    add("--callers", type=words, metavar="PACKAGE", help=what)
