"""Options of ``conformance new``."""

import argparse
from pathlib import Path

from conformance.cli.options.values import words


def add_new_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``conformance new``."""
    new = commands.add_parser(
        "new",
        help="begin an operator: a contract, a kernel, a test and a gate, that run at once",
        description="Write a contract, a Triton kernel that keeps it, a test, a configuration, a "
        "tox environment and a workflow, and ask the kernel for the first time. No file is "
        "written over: what is there already is told, and nothing is written then.",
    )
    add = new.add_argument
    add("name", nargs="?", type=words, metavar="NAME", help="what the operator is called: my_norm")
    add("--into", type=Path, default=Path(), metavar="DIR", help="the folder (default: this one)")
    add("--template", type=words, metavar="T", help="what to begin with; --list shows all")
    add("--list", action="store_true", help="show the templates, and write nothing")
    add("--force", action="store_true", help="replace the operator's own files if they are there")
    add("--no-check", action="store_true", help="write only, and ask nothing")
