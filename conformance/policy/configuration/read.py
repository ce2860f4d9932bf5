"""A configuration from the data of a TOML file."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conformance.events.severity import Severity
from conformance.policy.configuration.choices import Choices, ChosenLimits
from conformance.policy.configuration.configuration import Configuration, ConfiguredOperator
from conformance.policy.configuration.keys import (
    CHOICES,
    LIMITS,
    OPERATOR,
    PROJECT,
    ConfigurationError,
    read_keys,
)


def read_configuration(
    table: Mapping[str, Any], source: Path, where: str, folder: Path | None = None
) -> Configuration:
    """The configuration that a table holds. ``where`` names file and table in messages.

    ``folder`` is the current folder if it is not that of the process: paths are given as they are
    reached from there. Raises :class:`ConfigurationError`.
    """
    own = {name: value for name, value in table.items() if name != "operators"}
    paths = _Paths(source.parent, folder or Path.cwd())
    values = read_keys(own, (*PROJECT, *CHOICES), where)
    operators = table.get("operators", {})
    if not isinstance(operators, dict):
        raise ConfigurationError(f"{where}: write [operators.NAME], a table for each operator")
    return Configuration(
        source,
        _choices(values, where, paths),
        {name: _operator(name, each, where, paths) for name, each in operators.items()},
    )


def _operator(name: str, table: Any, where: str, paths: "_Paths") -> ConfiguredOperator:
    place = f"{where}, operators.{name}"
    if not name.strip() or ".py:" in name:
        raise ConfigurationError(f"{place}: {name!r} is no name: the file is its contract")
    values = read_keys(table, (*OPERATOR, *CHOICES), place)
    return ConfiguredOperator(
        name,
        paths.of_text(values.pop("contract", "")),
        paths.of_text(values.pop("imports", "")),
        paths.of_text(values.pop("example", "")),
        values.pop("files", ()),
        _choices(values, place, paths),
    )


def _choices(values: dict[str, Any], where: str, paths: "_Paths") -> Choices:
    severity = values.pop("severity", {})
    skip = values.pop("skip", ())
    if both := [check for check in skip if severity.get(check, Severity.OFF) is not Severity.OFF]:
        raise ConfigurationError(
            f"{where}: {both[0]} is left out by skip and has the severity {severity[both[0]]}: "
            "say one"
        )
    severity = {**severity, **dict.fromkeys(skip, Severity.OFF)}
    limits = ChosenLimits(**read_keys(values.pop("limits", {}), LIMITS, f"{where}, limits"))
    if values.get("store"):
        values["store"] = paths.of_path(values["store"])
    for name in ("subjects", "waivers"):
        reached = paths.of_path if name == "waivers" else paths.of_text
        values[name] = tuple(map(reached, values.get(name, ())))
    values["settings"] = {
        name: paths.of_text(value) for name, value in values.get("settings", {}).items()
    }
    return Choices(severity=severity, limits=limits, **values)


class _Paths:
    """Paths of a file, as they are reached from the current folder."""

    def __init__(self, folder: Path, current: Path) -> None:
        self._folder = os.path.realpath(folder)
        self._current = os.path.realpath(current)

    def of_path(self, text: str) -> str:
        """A path."""
        if self._folder == self._current or os.path.isabs(text):
            return text
        return os.path.relpath(os.path.join(self._folder, text), self._current)

    def of_text(self, text: str) -> str:
        """A text that may be ``FILE.py:NAME`` or ``FILE.py``; any other stays as it is."""
        file, colon, name = text.partition(".py:")
        if colon:
            return f"{self.of_path(file + '.py')}:{name}"
        return self.of_path(text) if text.endswith(".py") else text
