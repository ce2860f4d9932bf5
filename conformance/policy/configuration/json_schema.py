"""The JSON Schema of a configuration, for editors."""

from collections.abc import Iterable
from typing import Any

from conformance.policy.configuration.keys import CHOICES, LIMITS, OPERATOR, PROJECT, Key

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema of ``conformance.toml``, and of ``[tool.conformance]``."""
    operators = {
        "type": "object",
        "description": "the operators that `conformance check` asks, by name",
        "additionalProperties": _table((*OPERATOR, *CHOICES)),
    }
    table = _table((*PROJECT, *CHOICES))
    table["properties"]["operators"] = operators
    return {
        "$schema": DRAFT,
        "title": "conformance.toml",
        "description": "How the operators of a project are asked; the same keys stand under "
        "[tool.conformance] in pyproject.toml.",
        **table,
    }


def _table(keys: Iterable[Key]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {key.name: _property(key) for key in keys},
    }


def _property(key: Key) -> dict[str, Any]:
    if key.name == "limits":
        return {"description": key.meaning, **_table(LIMITS)}
    return {"description": key.meaning, **key.values.schema}
