"""Options that say which checks are asked, and what their failures decide."""

import argparse

from conformance.cli.options.values import file_or_folder, severity, words


def add_severity_options(parser: argparse.ArgumentParser) -> None:
    """Options for checks, severities and the project's configuration."""
    parser.add_argument(
        "--check", type=words, action="append", default=[], metavar="ID",
        help="only this check; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--skip", type=words, action="append", default=[], metavar="ID",
        help="leave this check out; the report says so; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--severity", type=severity, action="append", default=[], metavar="ID=LEVEL",
        help="what a failure of this check decides: deny (not conformant; the default), warn (it "
        "is told) or off (the check is left out); repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--list-checks", action="store_true",
        help="only list the checks that would be asked, with what their failures decide",
    )  # fmt: skip
    add_configuration_options(parser)


def add_configuration_options(parser: argparse.ArgumentParser) -> None:
    """Which configuration is read."""
    parser.add_argument(
        "--configuration", type=file_or_folder, metavar="FILE",
        help="the project's configuration (default: conformance.toml, or [tool.conformance] in "
        "pyproject.toml, in the nearest folder upwards)",
    )  # fmt: skip
    parser.add_argument("--no-configuration", action="store_true", help="read no configuration")
