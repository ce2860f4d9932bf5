"""The version that is owed for changes, by Semantic Versioning 2.0.0."""

from collections.abc import Iterable
from enum import IntEnum

from packaging.version import InvalidVersion, Version

from conformance.schemas.diff.change import Change, Severity
from conformance.schemas.diff.rule import severity


class Bump(IntEnum):
    """Which number of a version has to rise."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """``major``, ``minor``, ``patch`` or ``none``."""
        return self.name.lower()


_OWED = {
    Severity.BREAKING: Bump.MAJOR,
    Severity.RISKY: Bump.MINOR,
    Severity.COMPATIBLE: Bump.MINOR,
    Severity.COSMETIC: Bump.PATCH,
}


def owed(changes: Iterable[Change]) -> Bump:
    """What the worst of the changes asks of a version from 1.0 on.

    Breaking: MAJOR (rule 8 of semver.org). Risky or compatible: MINOR, for both may be noticed
    (rule 7). Cosmetic: PATCH (rule 6).
    """
    return max((_OWED[severity(change.rule)] for change in changes), default=Bump.NONE)


def owed_from(version: str, changes: Iterable[Change]) -> Bump:
    """What they ask of this version.

    Below 1.0 anything may change at any time (rule 4); the usage there, which Cargo enforces, is
    one number further right: breaking MINOR, all else PATCH. A version that is none counts as one
    from 1.0 on.
    """
    bump = owed(changes)
    if bump is Bump.NONE or not is_below_one(version):
        return bump
    return Bump.MINOR if bump is Bump.MAJOR else Bump.PATCH


def is_below_one(version: str) -> bool:
    """Whether this is a version 0.x."""
    try:
        return Version(version).major == 0
    except InvalidVersion:
        return False


def given(old: str, new: str) -> Bump | None:
    """What was raised between two versions; None if one is none, or if it fell."""
    try:
        before, after = Version(old), Version(new)
    except InvalidVersion:
        return None
    if after < before:
        return None
    for name, bump in (("major", Bump.MAJOR), ("minor", Bump.MINOR), ("micro", Bump.PATCH)):
        if getattr(before, name) != getattr(after, name):
            return bump
    return Bump.NONE if before == after else Bump.PATCH


def sentence(bump: Bump, old: str = "", new: str = "") -> str:
    """What is owed, on one line; and whether two versions pay it."""
    if bump is Bump.NONE:
        return "version owed: none, nothing changed"
    line = f"version owed: {bump.word}"
    if old and is_below_one(old):
        line += " (below 1.0 breaking changes raise the second number, all others the third)"
    raised = given(old, new) if old and new else None
    if raised is None:
        return line
    paid = "which is enough" if raised >= bump else "which is NOT enough"
    return f"{line}; {old} to {new} raises {raised.word}, {paid}"
