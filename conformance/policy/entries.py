"""What a file of kept cases holds: a list of cases, each with who failed in it and how."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.case import Case, CaseError
from conformance.events.finding import Finding, Identity
from conformance.policy.reading import parse_json

MOST_ENTRIES = 20_000
"""Entries of a file."""


@dataclass(frozen=True)
class Entry:
    """A case that is kept.

    ``data`` is what the file says: ``case``, ``subject``, ``found`` (an ISO date) and, since
    findings are told apart, ``finding`` (about, kind, line and cause); ``device`` if it was found
    on another one than the CPU. Keys of later versions stay.
    """

    data: dict[str, Any] = field(hash=False)

    @classmethod
    def of(
        cls, case: Case, subject: str, found: str, finding: Finding | None, device: str
    ) -> "Entry":
        """A new entry."""
        data: dict[str, Any] = {"case": str(case), "subject": subject, "found": found}
        if finding is not None:
            named = finding.identity._asdict().items()
            data["finding"] = {key: str(value) for key, value in named if value}
        if device and device != "cpu":
            data["device"] = device
        return cls(data)

    @property
    def line(self) -> str:
        """The case as the file has it."""
        return str(self.data["case"])

    @property
    def subject(self) -> str:
        """Whose failure it is."""
        return str(self.data.get("subject", ""))

    @cached_property
    def case(self) -> Case:
        """The case. Raises :class:`CaseError`."""
        return Case.parse(self.line)

    @cached_property
    def identity(self) -> Identity | None:
        """Which finding it shows; None for an entry of an earlier version."""
        named = self.data.get("finding")
        return Finding.from_dict({**named, "message": ""}).identity if named else None

    def is_of(self, check: str, subject: str) -> bool:
        """Whether it is a case of this check in which this subject failed."""
        return self.subject == subject and self.case.check == check

    def is_of_device(self, device: str) -> bool:
        """Whether it was found on this device: only there it can be told whether it passes."""
        return self.data.get("device", "cpu") == (device or "cpu")

    def is_replaced_by(self, newer: "Entry") -> bool:
        """Whether a newer entry of the same subject and check stands for this one as well.

        Entries of earlier versions name no finding; of these, the same case is replaced, whatever
        its seed.
        """
        if not self.is_of(newer.case.check, newer.subject):
            return False
        if self.identity is None:
            return self.line.rpartition(",")[0] == newer.line.rpartition(",")[0]
        return self.identity == newer.identity


def parse(text: str, contract: str) -> list[Entry]:
    """The entries of a file of a contract.

    Raises :class:`CaseError` for anything else, also for a case of another contract.
    """
    try:
        found = parse_json(text)
    except ValueError as error:
        raise CaseError(f"they are no JSON: {error}") from error
    if not isinstance(found, list) or len(found) > MOST_ENTRIES:
        raise CaseError(f"they are no list of at most {MOST_ENTRIES} entries")
    entries = [Entry(data) for data in found]
    for number, entry in enumerate(entries, 1):
        try:
            _check(entry, contract)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CaseError(f"entry {number} is no kept case: {_said(error)}") from error
    return entries


def _check(entry: Entry, contract: str) -> None:
    data = entry.data
    if not isinstance(data, dict) or not isinstance(data.get("case"), str):
        raise ValueError("it names no case")
    if any(not isinstance(data.get(key, ""), str) for key in ("subject", "found", "device")):
        raise ValueError("subject, found and device are texts")
    named = data.get("finding", {})
    if not isinstance(named, dict) or any(not isinstance(v, str) for v in named.values()):
        raise ValueError("its finding holds texts")
    if entry.case.contract != contract:
        raise ValueError(f"it is a case of {entry.case.contract}")
    _ = entry.identity


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def dump(entries: Iterable[Entry]) -> str:
    """The entries as the text of a file."""
    return json.dumps([entry.data for entry in entries], indent=1) + "\n"
