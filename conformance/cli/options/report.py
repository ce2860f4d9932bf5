"""Options that say what is written of a run, and how much is printed."""

import argparse

from conformance.cli.options.values import file_or_folder, file_to_write

FORMATS = ("github", "markdown", "html", "sarif", "junit", "json")


def document(text: str):
    """``FORMAT`` or ``FORMAT=FILE``."""
    from conformance.cli.documents import Wanted
    from conformance.policy.nearest import did_you_mean
    from conformance.reports.documents.formats import Format

    name, given, path = text.partition("=")
    if name not in list(Format):
        hint = did_you_mean(name, FORMATS)
        raise argparse.ArgumentTypeError(f"no format {name!r}{hint}; known: {', '.join(FORMATS)}")
    return Wanted(Format(name), file_to_write(path) if given else None)


def add_format_option(parser: argparse.ArgumentParser) -> None:
    """Which documents are written beside the text."""
    parser.add_argument(
        "--format", type=document, action="append", default=[], metavar="FORMAT[=FILE]",
        help=f"also write this document: {', '.join(FORMATS)}; without =FILE it goes to standard "
        "output and the text to standard error; github prints annotations below the text, and "
        "appends to $GITHUB_STEP_SUMMARY; repeatable",
    )  # fmt: skip


def add_report_files(parser: argparse.ArgumentParser) -> None:
    """Options that say what is written, and how much is printed."""
    parser.add_argument(
        "--json", type=file_to_write, metavar="FILE", help="write the event log as JSON"
    )
    parser.add_argument("--junit", type=file_to_write, metavar="FILE", help="write a JUnit report")
    add_format_option(parser)
    parser.add_argument(
        "--verbose", action="store_true", help="show waived, repeated and further failures in full"
    )


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Options of ``conformance report``."""
    parser.add_argument(
        "logs",
        nargs="+",
        type=file_or_folder,
        metavar="LOG",
        help="a log that 'check --json' wrote",
    )
    add_report_files(parser)
