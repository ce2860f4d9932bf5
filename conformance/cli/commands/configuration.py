"""``conformance configuration``."""

import argparse
import json
from collections.abc import Iterator

from conformance.cli.options.choices import configuration_of
from conformance.events.verdict import ExitCode
from conformance.policy.configuration import Choices, Configuration
from conformance.policy.configuration.json_schema import json_schema
from conformance.reports.foreign import one_line
from conformance.runs.configured import check_severities


def execute(options: argparse.Namespace) -> ExitCode:
    """Print what the project configures, or the JSON Schema of a configuration.

    Raises ``ValueError`` for a configuration that cannot be read.
    """
    if options.schema:
        print(json.dumps(json_schema(), indent=2))
        return ExitCode.CONFORMANT
    configuration = configuration_of(options)
    check_severities(configuration)
    for line in _lines(configuration):
        print(one_line(line))
    return ExitCode.CONFORMANT


def _lines(configuration: Configuration) -> Iterator[str]:
    if configuration.source is None:
        yield "nothing is configured: no conformance.toml, and no [tool.conformance] upwards"
        return
    yield f"configured in {configuration.source}"
    yield from _said(configuration.choices)
    for name in configuration.operators:
        asked = configuration.asked_of(name)
        yield f"operator {name}, which is {asked.operator}"
        for key in ("imports", "example", "files"):
            if value := getattr(asked, key):
                yield f"  {key}: {value if isinstance(value, str) else ', '.join(value)}"
        yield from (f"  {line}" for line in _said(asked.choices))


def _said(choices: Choices) -> Iterator[str]:
    """What is said, by the keys of the file."""
    for name, value in vars(choices).items():
        key = name.replace("_", "-")
        if name == "limits":
            for limit, number in vars(value).items():
                if number is not None:
                    yield f"limits.{limit.replace('_', '-')}: {number:g}"
        elif isinstance(value, dict):
            yield from (f"{key}.{each}: {word}" for each, word in value.items())
        elif isinstance(value, tuple):
            if value:
                yield f"{key}: {', '.join(value)}"
        elif value is not None:
            yield f"{key}: {_word(value)}"


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value) or "none"
