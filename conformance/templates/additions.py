"""What a folder has already of the files that it has once, and what has to be added there.

A file of somebody's is never changed: what it lacks is told.
"""

import tomllib
from collections.abc import Mapping
from configparser import ConfigParser
from configparser import Error as NotAnIni
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from conformance.policy.configuration import find_file, read_file
from conformance.templates.rendering import CONFIGURATION, TOX, WORKFLOW

_STEP = "      - run: conformance check --format github\n"


@dataclass(frozen=True)
class Addition:
    """A text to add to a file that is there; ``where`` says what the text is."""

    file: Path
    where: str
    text: str


def missing(folder: Path, files: Mapping[str, str]) -> dict[str, str]:
    """Those of the files that are to be written, since nothing there does the same.

    ``folder`` is an absolute path. Raises
    :class:`~conformance.policy.configuration.ConfigurationError`.
    """
    found = {CONFIGURATION: find_file(folder), TOX: _tox_of(folder)}
    return {
        path: text
        for path, text in files.items()
        if found.get(path) is None and not (folder / path).exists()
    }


def additions(folder: Path, files: Mapping[str, str], name: str) -> list[Addition]:
    """What has to be added to files that are there, so that the operator is asked.

    ``folder`` is an absolute path. Raises
    :class:`~conformance.policy.configuration.ConfigurationError`.
    """
    found = []
    if (file := find_file(folder)) is not None and name not in read_file(file).operators:
        found.append(Addition(file, "a table", _table(file, folder, files[CONFIGURATION])))
    if (file := _tox_of(folder)) is not None and not _says(file, "conformance check"):
        found.append(Addition(file, "an environment", _environment(file)))
    workflow = folder / WORKFLOW
    if workflow.exists() and not _says(workflow, "conformance check"):
        found.append(Addition(workflow, "a step", _STEP))
    return found


def _table(file: Path, folder: Path, configuration: str) -> str:
    """The operator's part of a configuration, with paths from the folder of the file."""
    table = configuration[configuration.index("[operators.") :]
    below = folder.relative_to(file.parent)
    if below != Path():
        table = table.replace('"', f'"{below.as_posix()}/', 1)
        table = table.replace('["', f'["{below.as_posix()}/', 1)
    if file.name == "pyproject.toml":
        table = table.replace("[operators.", "[tool.conformance.operators.", 1)
    return table


def _tox_of(folder: Path) -> Path | None:
    """The file that tox takes in a folder, in the order in which tox looks."""
    if (folder / TOX).is_file():
        return folder / TOX
    setup = ConfigParser(interpolation=None)
    with suppress(NotAnIni, ValueError):
        setup.read(folder / "setup.cfg", encoding="utf-8")
    if setup.has_section("tox:tox"):
        return folder / "setup.cfg"
    if "tox" in _tools(folder / "pyproject.toml"):
        return folder / "pyproject.toml"
    return folder / "tox.toml" if (folder / "tox.toml").is_file() else None


def _environment(file: Path) -> str:
    if file.suffix == ".toml":
        table = "tool.tox.env.gate" if file.name == "pyproject.toml" else "env.gate"
        return (
            f'[{table}]\ndeps = ["kernel-conformance[pytest]"]\n'
            'commands = [["conformance", "check"]]\n'
        )
    return "[testenv:gate]\ndeps = kernel-conformance[pytest]\ncommands = conformance check\n"


def _tools(pyproject: Path) -> Mapping[str, object]:
    """The tables under ``[tool]`` of a ``pyproject.toml``; none if there is none to be read."""
    try:
        tools = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return {}
    return tools if isinstance(tools, dict) else {}


def _says(file: Path, words: str) -> bool:
    return words in file.read_text(encoding="utf-8", errors="replace")
