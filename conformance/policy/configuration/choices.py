"""What may be said of how operators are asked: in a file, for one operator, or this time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from conformance.events.request import GIB, Limits
from conformance.events.severity import Severity


@dataclass(frozen=True)
class ChosenLimits:
    """Limits that somebody chose; None: nobody did."""

    call_seconds: float | None = None
    load_seconds: float | None = None
    memory_gib: float | None = None

    def over(self, other: "ChosenLimits") -> "ChosenLimits":
        """These, and those of ``other`` where these say nothing."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        return replace(other, **said)

    def limits(self) -> Limits:
        """The limits of a run, with the suite's own where nobody chose."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        memory = said.pop("memory_gib", None)
        if memory is not None:
            said["memory"] = int(memory * GIB)
        return Limits(**said)


@dataclass(frozen=True)
class Choices:
    """How an operator is asked. What is None or empty was not said, and somebody else may say it.

    ``severity`` maps ids of checks to what their failures decide; a check that is left out
    (``skip``) has the severity ``off``. ``store`` is the folder of kept cases, ``""`` for none.
    """

    profile: str | None = None
    subjects: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    limits: ChosenLimits = ChosenLimits()
    waivers: tuple[str, ...] = ()
    shipped_waivers: bool | None = None
    store: str | None = None
    targets: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    fail_fast: bool | None = None
    unsupported_ok: bool | None = None
    jobs: int | None = None
    share_device: bool | None = None

    def over(self, other: "Choices") -> "Choices":
        """These, and those of ``other`` where these say nothing.

        Severities and settings are joined name by name, and both lists of waivers are kept. A
        check that these name is asked, though ``other`` leaves it out.
        """
        said: dict[str, Any] = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) not in (None, (), {})
        }
        named = dict.fromkeys(self.checks, Severity.DENY)
        off = {check: value for check, value in other.severity.items() if value is Severity.OFF}
        mended = {check: value for check, value in named.items() if check in off}
        said["severity"] = {**other.severity, **mended, **self.severity}
        said["settings"] = {**other.settings, **self.settings}
        said["limits"] = self.limits.over(other.limits)
        said["waivers"] = tuple(dict.fromkeys((*other.waivers, *self.waivers)))
        return replace(other, **said)


NOTHING = Choices()
"""Nobody said anything."""
