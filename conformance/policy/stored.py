"""Failing cases that are kept, to be asked first the next time."""

import json
import os
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from conformance.case import Case, CaseError
from conformance.events.finding import Finding, Identity

KEPT_PER_CHECK = 25
"""The newest cases of a check are kept, so that a store cannot grow without end."""

Entry = dict[str, Any]
"""``case``, ``subject``, ``found`` (an ISO date) and, since findings are told apart, ``finding``:
about, kind, line and cause."""


@dataclass(frozen=True)
class Store:
    """A folder with a JSON file per contract; ``None`` keeps nothing.

    There is one case for each finding of each subject in each check.
    """

    folder: Path | None

    def add(
        self, case: Case, subject: str, found: str, finding: Finding | None = None
    ) -> Path | None:
        """Keep a case (``found``: an ISO date) in place of an earlier one of the same finding.

        Returns the file written.
        """
        return self.settle(case.contract, case.check, subject, (), [(case, finding)], found)

    def settle(
        self,
        contract: str,
        check: str,
        subject: str,
        asked: Collection[str],
        failing: Iterable[tuple[Case, Finding | None]],
        found: str,
    ) -> Path | None:
        """Take over what a check came to: ``failing`` cases with their findings.

        Kept cases of this subject among those ``asked`` (lines) either pass again or are among the
        failing ones with the finding that they show: they go. Returns the file if it was written.
        """
        if self.folder is None:
            return None
        path = self.folder / f"{contract}.json"
        before = _read(path)
        kept = [e for e in before if not (_is_of(e, check, subject) and e["case"] in asked)]
        for case, finding in failing:
            entry = {"case": str(case), "subject": subject, "found": found, **_naming(finding)}
            kept = [e for e in kept if not _is_replaced(e, entry)] + [entry]
        same = [e for e in kept if Case.parse(e["case"]).check == check]
        dropped = [id(e) for e in same[:-KEPT_PER_CHECK]]
        kept = [e for e in kept if id(e) not in dropped]
        if kept == before:
            return None
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
        with os.fdopen(handle, "w") as file:
            json.dump(kept, file, indent=1)
            file.write("\n")
        os.replace(name, path)
        return path

    def cases(self, contract: str) -> list[Case]:
        """The kept cases of a contract, those of the folder before those that ship with the suite.

        Raises :class:`CaseError` for a file that holds none.
        """
        own = _read(self.folder / f"{contract}.json") if self.folder is not None else []
        entries = own + _read_text(_shipped(contract))
        return list({e["case"]: Case.parse(e["case"]) for e in entries}.values())


NOTHING_KEPT = Store(None)


def _naming(finding: Finding | None) -> Entry:
    if finding is None:
        return {}
    named = finding.identity._asdict().items()
    return {"finding": {key: str(value) for key, value in named if value}}


def _identity(entry: Entry) -> Identity | None:
    named = entry.get("finding")
    return Finding.from_dict({**named, "message": ""}).identity if named else None


def _is_of(entry: Entry, check: str, subject: str) -> bool:
    return entry.get("subject") == subject and Case.parse(entry["case"]).check == check


def _is_replaced(entry: Entry, newer: Entry) -> bool:
    """Whether a newer entry of the same subject and check stands for this one as well.

    Entries of earlier versions name no finding; of these, only the same case is replaced.
    """
    if not _is_of(entry, Case.parse(newer["case"]).check, newer["subject"]):
        return False
    own = _identity(entry)
    return entry["case"] == newer["case"] if own is None else own == _identity(newer)


def _shipped(contract: str) -> str:
    path = files("conformance_fixtures").joinpath("cases", f"{contract}.json")
    return path.read_text() if path.is_file() else "[]"


def _read(path: Path) -> list[Entry]:
    return _read_text(path.read_text(), str(path)) if path.is_file() else []


def _read_text(text: str, source: str = "the suite") -> list[Entry]:
    """The entries of a file. Raises :class:`CaseError` naming the file if they are none."""
    try:
        entries = json.loads(text)
        for entry in entries:
            Case.parse(entry["case"])
            _identity(entry)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(f"stored cases of {source}: {error}") from error
    return entries
