"""Where a project's configuration is: the nearest folder upwards that has one."""

import tomllib
from pathlib import Path
from typing import Any

from conformance.policy.configuration.configuration import Configuration
from conformance.policy.configuration.keys import ConfigurationError
from conformance.policy.configuration.read import read_configuration
from conformance.policy.reading import read_text

OWN = "conformance.toml"
"""A file that holds the configuration and nothing else."""
SHARED = "pyproject.toml"
"""A file that holds it under ``[tool.conformance]``."""
MOST_BYTES = 1 << 20


def configuration_for(folder: Path | None = None) -> Configuration:
    """The configuration of the project that a folder (the current one) lies in.

    Without one it says nothing; so it is where the current folder is gone. Raises
    :class:`ConfigurationError`.
    """
    try:
        place = folder or Path.cwd()
    except FileNotFoundError:
        return Configuration()
    file = find_file(place)
    return Configuration() if file is None else read_file(file, folder)


def find_file(folder: Path) -> Path | None:
    """The file with the configuration, in this folder or the nearest one above it.

    Raises :class:`ConfigurationError` for a folder with two, and for a file that cannot be read.
    """
    for place in (folder.absolute(), *folder.absolute().parents):
        own, shared = place / OWN, place / SHARED
        in_shared = shared.is_file() and _in_shared(shared) is not None
        if own.is_file():
            if in_shared:
                raise ConfigurationError(
                    f"{own} and [tool.conformance] in {shared} both configure this project: "
                    "keep one"
                )
            return own
        if in_shared:
            return shared
    return None


def read_file(path: Path, folder: Path | None = None) -> Configuration:
    """The configuration in a file: ``conformance.toml``, or any other TOML file that has
    ``[tool.conformance]``. ``folder`` as for :func:`configuration_for`.

    Raises :class:`ConfigurationError`, also for a file without a configuration.
    """
    if path.name != SHARED:
        document = _document(path)
        if not isinstance(document.get("tool"), dict):
            return read_configuration(document, path, str(path), folder)
    table = _in_shared(path)
    if table is None:
        raise ConfigurationError(f"{path}: there is no [tool.conformance]")
    return read_configuration(table, path, f"{path}, [tool.conformance]", folder)


def _in_shared(path: Path) -> dict[str, Any] | None:
    """The table under ``[tool.conformance]``; None if there is none."""
    if "conformance" not in _text(path):  # a file that is not ours may be wrong in itself
        return None
    tool = _document(path).get("tool", {})
    table = tool.get("conformance") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise ConfigurationError(f"{path}: write [tool.conformance], a table")
    return table


def _document(path: Path) -> dict[str, Any]:
    text = _text(path)
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigurationError(f"{path}: it nests too deeply") from error
    except ValueError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def _text(path: Path) -> str:
    try:
        return read_text(path, MOST_BYTES)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise ConfigurationError(str(error)) from error
