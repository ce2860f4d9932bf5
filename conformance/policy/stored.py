"""Failing cases that are kept, to be asked first the next time."""

import json
import os
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from conformance.case import Case, CaseError

KEPT_PER_CHECK = 25
"""The newest cases of a check are kept, so that a store cannot grow without end."""


@dataclass(frozen=True)
class Store:
    """A folder with a JSON file per contract; ``None`` keeps nothing."""

    folder: Path | None

    def add(self, case: Case, subject: str, found: str) -> Path | None:
        """Keep a case (``found``: an ISO date). Returns the file written."""
        if self.folder is None:
            return None
        path = self.folder / f"{case.contract}.json"
        entries = [e for e in _read(path) if e["case"] != str(case)]
        entries.append({"case": str(case), "subject": subject, "found": found})
        same = [e for e in entries if Case.parse(e["case"]).check == case.check]
        dropped = {e["case"] for e in same[:-KEPT_PER_CHECK]}
        kept = [e for e in entries if e["case"] not in dropped]
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


def _shipped(contract: str) -> str:
    path = files("conformance_fixtures").joinpath("cases", f"{contract}.json")
    return path.read_text() if path.is_file() else "[]"


def _read(path: Path) -> list[dict[str, str]]:
    return _read_text(path.read_text(), str(path)) if path.is_file() else []


def _read_text(text: str, source: str = "the suite") -> list[dict[str, str]]:
    """The entries of a file. Raises :class:`CaseError` naming the file if they are none."""
    try:
        entries = json.loads(text)
        for entry in entries:
            Case.parse(entry["case"])
    except (ValueError, KeyError, TypeError) as error:
        raise CaseError(f"stored cases of {source}: {error}") from error
    return entries
