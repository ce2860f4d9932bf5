"""What a check has to say against a subject."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, NamedTuple


class Kind(StrEnum):
    """Which sort of thing is wrong: a part of what tells findings apart."""

    VALUE = "value"
    """A number lies outside its budget, or an integer differs."""
    SELECTION = "selection"
    """Ids are out of range, repeated, or not those that come first."""
    STATE = "state"
    """What is written in place is not what is owed, or something else was written."""
    STRUCTURE = "structure"
    """The number or the type of what is returned is wrong."""
    SHAPE = "shape"
    DTYPE = "dtype"
    DEVICE = "device"
    RAISED = "raised"
    """The subject raised instead of answering."""
    DIED = "died"
    """The subject's process ended, or reached a limit, inside a call."""
    LOAD = "load"
    """The subject cannot be loaded."""
    ACCEPTED = "accepted"
    """A call that has no right answer was answered."""
    BOUNDS = "bounds"
    """Memory was read or written that belongs to no element, or that nobody wrote."""
    RACE = "race"
    """Programs of one launch depend on each other's order."""
    UNWRITTEN = "unwritten"
    """Elements of an output were not written."""
    CHANGED = "changed"
    """An input, or an earlier result, changed."""
    SHARED = "shared"
    """Outputs share memory with something."""
    NOT_REPEATABLE = "not repeatable"
    """The same case passes and fails, or the same call gives other bits."""
    WAIVER = "waiver"
    """A waiver is expired, unmatched, or covers a case that passes."""
    FALLBACK = "fallback"
    """Something else ran than what was asked for, or nothing did."""
    BUILD = "build"
    """A compiler does not take a kernel, or a GPU has less than it needs."""
    SOURCE = "source"
    """A package's own source passes an operator what it does not take."""
    OTHER = "other"


FORM = (Kind.STRUCTURE, Kind.SHAPE, Kind.DTYPE, Kind.DEVICE)
"""Kinds of what is wrong with a tensor before one looks at its numbers."""


class Weight(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The subject is not conformant."""
    NOTE = "note"
    """Worth saying; it decides nothing."""


class Identity(NamedTuple):
    """What two findings have in common that tell of the same fault."""

    about: str
    kind: Kind
    line: str
    cause: str


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: what was asked, what came and what is owed."""

    about: str
    """The output, argument or property concerned."""
    message: str
    got: str = ""
    wanted: str = ""
    where: str = ""
    """The element, or the place in the source, if known."""
    kind: Kind = Kind.OTHER
    weight: Weight = Weight.ERROR
    line: str = ""
    """``file:line`` of the kernel, if known."""
    condition: str = ""
    """When the place is reached, for findings in sources."""
    cause: str = ""
    """What tells it from another of the same thing, kind and line: the wrong call that was
    accepted, the type of an exception, the rule of memory that was broken."""

    @property
    def identity(self) -> Identity:
        """Equal for findings of the same fault, whichever case shows it."""
        return Identity(self.about, self.kind, self.line, self.cause)

    def as_dict(self) -> dict[str, str]:
        """Plain data; empty fields are left out."""
        return {key: str(value) for key, value in vars(self).items() if value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Finding":
        """The finding that :meth:`as_dict` wrote; unknown keys of later versions are left out.

        Older ones called the weight ``severity``.
        """
        known = {field.name for field in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        values["kind"] = Kind(values.get("kind", Kind.OTHER))
        older = data.get("severity", Weight.ERROR)
        values["weight"] = Weight(values.get("weight", older))
        return cls(**values)


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """The first finding of each identity, in order."""
    first: dict[Identity, Finding] = {}
    for finding in findings:
        first.setdefault(finding.identity, finding)
    return list(first.values())


def shorten(values, limit: int = 8) -> str:
    """A list of numbers on one short line."""
    items = [f"{v:.9g}" if isinstance(v, float) else str(v) for v in values[:limit]]
    rest = f", … {len(values) - limit} more" if len(values) > limit else ""
    return "[" + ", ".join(items) + rest + "]"
