"""Options of ``conformance check`` for an author who goes on writing."""

import argparse


def add_watch_option(parser: argparse.ArgumentParser) -> None:
    """Asking again on every save."""
    parser.add_argument(
        "--watch", action="store_true",
        help="ask again whenever a file of the subject, of the contract or one that is configured "
        "is saved, what failed first; Ctrl-C ends, with the exit code of the last verdict",
    )  # fmt: skip
