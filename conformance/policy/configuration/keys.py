"""The keys of a configuration: what each means, and which values it takes.

The reader, the JSON Schema and the reference in the documentation are made from this table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.events.severity import Severity
from conformance.policy.nearest import did_you_mean


class ConfigurationError(ValueError):
    """A configuration that cannot be read; the message names the file and the key."""


class Wrong(Exception):
    """A value that a key does not take; the message says what it takes."""


@dataclass(frozen=True)
class Values:
    """Which values a key takes: in words, as JSON Schema, and how one is read.

    ``read`` raises :class:`Wrong`.
    """

    words: str
    schema: Mapping[str, Any]
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Key:
    """One key: its name in a file, what it means, and which values it takes."""

    name: str
    meaning: str
    values: Values

    @property
    def field(self) -> str:
        """The name of the field that holds it."""
        return self.name.replace("-", "_")


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise Wrong
    return tuple(map(_text, value))


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Wrong
    return value


def _amount(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong
    if not 0 < value < float("inf"):
        raise Wrong
    return float(value)


def _store(value: Any) -> str:
    return "" if value is False else _text(value)


def _severity(value: Any) -> Severity:
    if value not in list(Severity):
        raise Wrong
    return Severity(value)


_TEXT_SCHEMA = {"type": "string", "pattern": r"\S"}
_TEXTS_SCHEMA = {"type": "array", "minItems": 1, "items": _TEXT_SCHEMA}
_AMOUNT_SCHEMA = {"type": "number", "exclusiveMinimum": 0}

TEXT = Values("a text", _TEXT_SCHEMA, _text)
TEXTS = Values("a list of texts", _TEXTS_SCHEMA, _texts)
FLAG = Values("true or false", {"type": "boolean"}, _flag)
COUNT = Values("a whole number above zero", {"type": "integer", "minimum": 1}, _count)
AMOUNT = Values("a number above zero", _AMOUNT_SCHEMA, _amount)
FOLDER = Values("a folder, or false", {"anyOf": [_TEXT_SCHEMA, {"const": False}]}, _store)
SEVERITY = Values('"deny", "warn" or "off"', {"enum": [str(s) for s in Severity]}, _severity)


def table_of(each: Values) -> Values:
    """A table whose keys are free and whose values are all of one sort."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Wrong
        return {name: each.read(item) for name, item in value.items()}

    schema = {"type": "object", "additionalProperties": each.schema}
    return Values(f"a table, each value {each.words}", schema, read)


LIMITS = (
    Key("call-seconds", "time limit for a single call of a subject", AMOUNT),
    Key("load-seconds", "time limit for loading a subject, with its downloads", AMOUNT),
    Key("memory-gib", "memory limit for a subject and all that it starts", AMOUNT),
)
"""Keys of the table ``limits``."""

CHOICES = (
    Key("profile", "how thoroughly is asked: quick, gate, qualify or sanitize", TEXT),
    Key("subjects", "what to judge; several are judged one after the other", TEXTS),
    Key("devices", "where subjects run, as for --device; several are asked one after the other",
        TEXTS),
    Key("checks", "only these checks", TEXTS),
    Key("skip", "checks that are not asked: the same as the severity off", TEXTS),
    Key("severity", "what the failure of a check decides: deny (not conformant; the default), "
        "warn (it is told) or off (the check is not asked)", table_of(SEVERITY)),
    Key("limits", "how long a subject may take, and how much memory", table_of(AMOUNT)),
    Key("waivers", "TOML files of waivers", TEXTS),
    Key("shipped-waivers", "whether the waivers that ship with the suite count", FLAG),
    Key("store", "the folder of kept cases, or false for none", FOLDER),
    Key("targets", "GPUs that kernels are built for, none of which has to be here", TEXTS),
    Key("settings", "what else is said of a subject, as router = \"ours\" for --router ours",
        table_of(TEXT)),
    Key("fail-fast", "whether nothing more is asked once a check has failed", FLAG),
    Key("share-device", "whether a run begins on a GPU that another run uses", FLAG),
    Key("unsupported-ok", "whether a subject that cannot be judged here is no failure", FLAG),
)  # fmt: skip
"""Keys that may stand for all operators and for each."""

PROJECT = (
    Key("jobs", "operators to ask at once", COUNT),
)  # fmt: skip
"""Further keys that stand for all operators."""

OPERATOR = (
    Key("contract", "FILE.py:NAME or MODULE:NAME of the contract; left out: the installed "
        "operator of this name", TEXT),
    Key("imports", "what registers the operator, as for --import", TEXT),
    Key("example", "FILE.py:NAME of arguments that a registered operator takes, as for --example",
        TEXT),
    Key("files", "patterns of further files that belong to the operator, for --changed-since and "
        "--watch", TEXTS),
)  # fmt: skip
"""Further keys of one operator."""


def read_keys(table: Any, keys: tuple[Key, ...], where: str) -> dict[str, Any]:
    """The values of a table, by the fields that hold them.

    Raises :class:`ConfigurationError` for an unknown key, with the nearest known one, and for a
    value that a key does not take.
    """
    if not isinstance(table, dict):
        raise ConfigurationError(f"{where}: write a table")
    known = {key.name: key for key in keys}
    found = {}
    for name, value in table.items():
        if name not in known:
            hint = did_you_mean(name, known)
            raise ConfigurationError(f"{where}: no key {name!r}{hint or _known(known)}")
        key = known[name]
        try:
            found[key.field] = key.values.read(value)
        except Wrong:
            raise ConfigurationError(
                f"{where}: {name} = {_shown(value)}: {name} takes {key.values.words}"
            ) from None
    return found


def _known(known: Mapping[str, Key]) -> str:
    return f"; known: {', '.join(known)}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
