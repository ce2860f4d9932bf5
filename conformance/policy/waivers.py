"""Waivers: failures that somebody answers for until a date."""

import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path
from typing import Any

from conformance.case import Case
from conformance.contract import Expression
from conformance.events.finding import Finding, Kind
from conformance.policy.nearest import did_you_mean
from conformance.policy.reading import read_text
from conformance.policy.subject_name import SubjectName

MOST_BYTES = 256 << 10
MOST_CHARACTERS = 3000
"""Limits of a file of waivers: its bytes, and the characters of a line. Reading keys of many parts
takes time that grows with the square of their number."""


TO_FILL_IN = ("issue", "owner", "expires")
"""Fields that only a person can fill in; a command that writes waivers leaves them empty."""


class WaiverError(ValueError):
    """A waiver file that cannot be read; the message names file and entry."""


@dataclass(frozen=True)
class Waiver:
    """A finding that is known: whose, in which cases, until when.

    ``contract``, ``check`` and ``device`` may hold shell wildcards, and ``check`` may be several;
    ``device`` without an ordinal (``cuda``) speaks of every device of that name (``cuda:1``).
    ``subject`` is a text that
    :class:`~conformance.policy.subject_name.SubjectName` reads, or several. ``case`` is
    an expression over the names of :meth:`conformance.case.Case.names`.

    ``about``, ``kind``, ``line`` and ``cause`` say which finding is meant, as a log has it, with
    wildcards; a ``line`` may be the end of a path (``kernel.py:12``). What is left empty is open as
    long as only one finding fits: a waiver never covers two findings that differ in ``about``,
    ``kind`` or ``line``, nor two of one case that differ in ``cause``, unless it says so.

    A case that it covers must show the finding; with ``some``, cases may pass as well, as long as
    one of all that the run asks shows it. ``issue``, ``owner`` and ``expires`` (None) are empty in
    a waiver that a command wrote and nobody has filled in yet: what it covers fails until then.
    """

    id: str
    issue: str
    owner: str
    reason: str
    contract: str
    subject: str | tuple[str, ...]
    check: str | tuple[str, ...]
    case: str
    expires: date | None
    device: str = "*"
    about: str = ""
    kind: str = ""
    line: str = ""
    cause: str = ""
    some: bool = False

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that it speaks of."""
        return _texts(self.check)

    @property
    def unfilled(self) -> tuple[str, ...]:
        """The fields that somebody still has to fill in."""
        return tuple(name for name in TO_FILL_IN if not getattr(self, name))

    def concerns(self, contract: str, subject: SubjectName | str, check: str, device: str) -> bool:
        """Whether it speaks of this check of this subject on this device."""
        name = SubjectName.of(subject) if isinstance(subject, str) else subject
        return (
            fnmatchcase(contract, self.contract)
            and any(map(name.matches, _texts(self.subject)))
            and any(fnmatchcase(check, pattern) for pattern in self.checks)
            and any(fnmatchcase(name, self.device) for name in (device, device.partition(":")[0]))
        )

    def fits(self, finding: Finding) -> bool:
        """Whether nothing that it says of its finding speaks against this one."""
        line = any(fnmatchcase(finding.line, text) for text in (self.line, f"*/{self.line}"))
        return (line or not self.line) and all(
            not pattern or fnmatchcase(text, pattern)
            for pattern, text in (
                (self.about, finding.about),
                (self.kind, finding.kind),
                (self.cause, finding.cause),
            )
        )

    def covers(self, case: Case) -> bool:
        """Whether the case is among those waived; a filter that does not apply covers none."""
        try:
            return Expression(self.case).holds(case.names())
        except (KeyError, TypeError, ArithmeticError):
            return False

    def as_dict(self) -> dict[str, str]:
        """Plain data; empty fields are left out, several texts are one."""
        several = {"subject": _texts(self.subject), "check": self.checks}
        fields = {**vars(self), **{name: ", ".join(texts) for name, texts in several.items()}}
        fields["some"] = "true" if self.some else ""
        return {key: str(value) for key, value in fields.items() if value}


def read_waivers(text: str, source: str) -> list[Waiver]:
    """The waivers of a TOML text. Raises :class:`WaiverError`."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MOST_CHARACTERS:
            raise WaiverError(f"{source}: line {number} has more than {MOST_CHARACTERS} characters")
    try:
        document = tomllib.loads(text)
    except RecursionError as error:
        raise WaiverError(f"{source}: it nests too deeply") from error
    except ValueError as error:
        raise WaiverError(f"{source}: {error}") from error
    if unknown := [key for key in document if key != "waiver"]:
        raise WaiverError(f"{source}: no key {unknown[0]!r} is known: write [[waiver]]")
    entries = document.get("waiver", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WaiverError(f"{source}: write [[waiver]], a list of tables")
    waivers = []
    for number, entry in enumerate(entries, 1):
        where = f"{source}, waiver {str(entry.get('id', number))[:80]}"
        if problem := _misfit(entry):
            raise WaiverError(f"{where}: {problem}")
        entry = {**entry, "expires": entry["expires"] or None}
        for name in ("subject", "check"):
            if isinstance(entry[name], list):
                entry[name] = tuple(entry[name])
        try:
            waiver = Waiver(**entry)
            Expression(waiver.case)
        except (TypeError, ValueError) as error:
            raise WaiverError(f"{where}: {error}") from error
        if waiver.expires is not None and type(waiver.expires) is not date:
            raise WaiverError(f"{where}: expires must be a date such as 2027-01-31")
        if not isinstance(waiver.some, bool):
            raise WaiverError(f"{where}: some is true or false")
        no_texts = ("expires", "some", *waiver.unfilled)
        texts = [text for name in entry if name not in no_texts for text in _texts(entry[name])]
        says = all(isinstance(text, str) and text.strip() for text in texts)
        if not (says and entry["subject"] and entry["check"]):
            raise WaiverError(f"{where}: every field but expires is a text that says something")
        if waiver.kind and not any(fnmatchcase(kind, waiver.kind) for kind in Kind):
            hint = did_you_mean(waiver.kind, Kind)
            raise WaiverError(f"{where}: no kind {waiver.kind!r}; known: {', '.join(Kind)}{hint}")
        waivers.append(waiver)
    return waivers


def _texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _misfit(entry: dict[str, Any]) -> str:
    """What is wrong with the names of an entry's fields; empty if nothing is."""
    known = {field.name: field.default is MISSING for field in fields(Waiver)}
    if unknown := [name for name in entry if name not in known]:
        return f"no field {unknown[0]!r}; known: {', '.join(known)}" + did_you_mean(
            unknown[0], known
        )
    missing = [name for name, owed in known.items() if owed and name not in entry]
    return f"{', '.join(missing)} missing" if missing else ""


def load_waivers(paths: Iterable[Path] = (), shipped: bool = True) -> list[Waiver]:
    """The waivers of these files, after those that ship with the suite (``shipped``).

    Raises :class:`WaiverError` naming the file.
    """
    waivers = []
    if shipped:
        text = files("conformance_fixtures").joinpath("waivers.toml").read_text(encoding="utf-8")
        waivers = read_waivers(text, "waivers.toml of the suite")
    for path in paths:
        try:
            text = read_text(path, MOST_BYTES)
        except OSError as error:
            raise WaiverError(f"{path}: {error.strerror}") from error
        except ValueError as error:
            raise WaiverError(str(error)) from error
        waivers += read_waivers(text, str(path))
    return waivers
