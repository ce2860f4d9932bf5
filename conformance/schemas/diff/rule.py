"""Rules of the diff: one small file each, in the folder ``rules``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from conformance.schemas.diff.change import Severity


@dataclass(frozen=True)
class Pair:
    """An example: schemas, one a line, or the entries of a lock as JSON."""

    before: str
    after: str


@dataclass(frozen=True)
class TorchSays:
    """Where torch's own comparison decides otherwise, and why.

    ``backward`` and ``forward`` are ``allows`` or ``refuses``: what
    ``FunctionSchema.is_backward_compatible_with`` and ``check_forward_compatible_with`` may say
    against the rule. Empty where they agree with it.
    """

    because: str
    backward: str = ""
    forward: str = ""


@dataclass(frozen=True)
class Rule:
    """A kind of change, and what it means to callers."""

    id: str
    severity: Severity
    changed: str
    """What changed, as a sentence."""
    breaks: str
    """Whom it breaks."""
    why: str
    do: str
    """What to do instead, or about it."""
    example: Pair
    """A pair that shows the change."""
    unlike: Pair
    """A pair like it that does not."""
    forward: bool = True
    """Whether calls that are right for the new one are right for the old one too."""
    torch: TorchSays | None = None

    @property
    def backward(self) -> bool:
        """Whether calls that are right for the old one stay right."""
        return self.severity is not Severity.BREAKING


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id, sorted."""
    folder = files(__package__).joinpath("rules")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            rule = _rule(file.name, tomllib.loads(file.read_text(encoding="utf-8")))
            found[rule.id] = rule
    return MappingProxyType(found)


def severity(rule: str) -> Severity:
    """The severity of the rule with this id."""
    return rules()[rule].severity


def _rule(name: str, data: dict[str, Any]) -> Rule:
    if f"{data.get('id')}.toml" != name:
        raise ValueError(f"{name}: the id {data.get('id')!r} is not the name of the file")
    if unknown := data.keys() - {field.name for field in fields(Rule)}:
        raise ValueError(f"{name}: unknown: {', '.join(sorted(unknown))}")
    torch = TorchSays(**data["torch"]) if "torch" in data else None
    return Rule(
        **{
            **data,
            "severity": Severity(data["severity"]),
            "example": Pair(**data["example"]),
            "unlike": Pair(**data["unlike"]),
            "torch": torch,
        }
    )
