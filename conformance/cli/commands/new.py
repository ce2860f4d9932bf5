"""``conformance new``."""

import argparse
import os
import shlex
from collections.abc import Sequence
from contextlib import chdir
from pathlib import Path

from conformance.events.verdict import ExitCode
from conformance.policy.configuration import find_file, read_file
from conformance.templates.additions import Addition, additions, missing
from conformance.templates.names import check_name
from conformance.templates.placing import conflicts, place
from conformance.templates.rendering import (
    WORKFLOW,
    find_template,
    names_used,
    of_operator,
    shared,
    templates,
)


def execute(options: argparse.Namespace) -> ExitCode:
    """Write the files of an operator, and ask it for the first time.

    Raises ``ValueError`` for a name that will not do and for files that are there, and ``OSError``
    where nothing can be written.
    """
    if options.list:
        return _list()
    if options.name is None:
        raise ValueError("say what the operator is called: conformance new my_norm")
    name, folder = options.name, Path(os.path.abspath(options.into))
    template = find_template(options.template or templates()[0].name).name
    check_name(name, names_used(template))
    own, once = of_operator(template, name), shared(name)
    if (there := conflicts(folder, own)) and not options.force:
        many = "is" if len(there) == 1 else "are"
        raise ValueError(
            f"{', '.join(there)} {many} there already, and nothing was written; --force replaces "
            "these files"
        )
    to_add = additions(folder, once, name)
    written = own | missing(folder, once)
    place(folder, written, options.force)
    _tell(folder, list(written), to_add)
    if options.no_check:
        code = ExitCode.CONFORMANT
    else:
        print()
        code = _first_verdict(folder, name)
    _next(folder, name)
    return code


def _list() -> ExitCode:
    for template in templates():
        print(f"{template.name:<8} {template.summary}")
    return ExitCode.CONFORMANT


def _tell(folder: Path, written: Sequence[str], to_add: Sequence[Addition]) -> None:
    for path in written:
        print(f"written  {os.path.relpath(folder / path)}")
    for addition in to_add:
        file = os.path.relpath(addition.file)
        print(f"\n{file} is there and was left as it is; add {addition.where}:\n")
        print(addition.text.rstrip())
    if WORKFLOW in written and (root := _repository(folder)) is not None:
        below = folder.relative_to(root)
        print(
            f"\nGitHub reads workflows in {root} alone: move the one that was written there, and "
            f"give its steps 'working-directory: {below}'"
        )


def _repository(folder: Path) -> Path | None:
    """The repository that the folder lies in, if the folder is not its root."""
    roots = [each for each in (folder, *folder.parents) if (each / ".git").exists()]
    return roots[0] if roots and roots[0] != folder else None


def _asked_as(folder: Path, name: str) -> list[str]:
    """The words with which ``check`` asks the operator in its folder."""
    file = find_file(folder)
    if file is not None and name in read_file(file).operators:
        return [name]
    return [f"{name}_contract.py:CONTRACT", "--subject", f"{name}.py:{name}"]


def _first_verdict(folder: Path, name: str) -> ExitCode:
    # Not before: a name that will not do is told at once.
    from conformance.cli.commands import check
    from conformance.cli.options.common import add_check_options

    parser = argparse.ArgumentParser()
    add_check_options(parser)
    asked = parser.parse_args([*_asked_as(folder, name), "--profile", "quick"])
    with chdir(folder):
        return check.execute(asked)


def _next(folder: Path, name: str) -> None:
    asked = _asked_as(folder, name)
    print("\nnext")
    if folder != Path.cwd():
        print(f"  cd {shlex.quote(os.path.relpath(folder))}")
    told = {
        f"conformance check {' '.join(asked)} --watch": "again on every save",
        f"pytest test_{name}.py": "the same questions, from pytest",
        f"conformance check {' '.join(asked)}": "as the gate asks it",
    }
    width = max(map(len, told))
    for command, what in told.items():
        print(f"  {command:<{width}}  # {what}")
