"""Failing cases that are kept, to be asked first the next time."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from conformance.case import Case, CaseError
from conformance.events.finding import Finding
from conformance.policy.entries import Entry, dump, parse
from conformance.policy.locking import locked
from conformance.policy.reading import MIB, read_text
from conformance.policy.writing import write_whole

KEPT_PER_CHECK = 25
"""The newest cases of a subject in a check are kept."""
KEPT_OF_ALL = 250
"""The newest cases of a check are kept, whosever they are, so that no store grows without end."""
MOST_BYTES = 16 * MIB
"""A larger file is none of a store's."""


class StoreTrouble(Exception):
    """A store that cannot be read or written; the message names the file and the reason."""


@dataclass(frozen=True)
class Store:
    """A folder with a JSON file per contract; ``None`` keeps nothing.

    There is one case for each finding of each subject in each check. Several processes may use a
    folder at once: who writes holds its lock.
    """

    folder: Path | None

    def add(
        self,
        case: Case,
        subject: str,
        found: str,
        finding: Finding | None = None,
        device: str = "",
    ) -> Path | None:
        """Keep a case (``found``: an ISO date) in place of an earlier one of the same finding.

        Returns the file written. Raises :class:`StoreTrouble`.
        """
        failing = [(case, finding)]
        return self.settle(case.contract, case.check, subject, (), failing, found, device)

    def settle(
        self,
        contract: str,
        check: str,
        subject: str,
        asked: Collection[str],
        failing: Iterable[tuple[Case, Finding | None]],
        found: str,
        device: str = "",
    ) -> Path | None:
        """Take over what a check came to on a device: ``failing`` cases with their findings.

        Kept cases of this subject among those ``asked`` (lines) either pass again or are among the
        failing ones with the finding that they show: they go, those aside that were found on
        another device. Returns the file if it was written. Raises :class:`StoreTrouble`, and leaves
        the file as it is.
        """
        if self.folder is None:
            return None
        newer = [Entry.of(case, subject, found, finding, device) for case, finding in failing]
        path = self._path(contract)
        try:
            if not newer and not path.exists():
                return None
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.folder):
                before = self._read(contract)
                kept = [
                    e
                    for e in before
                    if not (e.is_of(check, subject) and e.line in asked and e.is_of_device(device))
                ]
                for entry in newer:
                    kept = [e for e in kept if not e.is_replaced_by(entry)] + [entry]
                kept = _newest(kept, check)
                if kept == before:
                    return None
                write_whole(path, dump(kept))
        except OSError as error:
            raise StoreTrouble(_told(error, path)) from error
        return path

    def cases(self, contract: str, subject: str = "") -> list[Case]:
        """The kept cases of a contract: those of ``subject``, of others, and of the suite's own.

        A folder that cannot be read has none: :meth:`trouble` says why. Of others the newest are
        taken, as many for each check as one subject has.
        """
        try:
            kept = self._read(contract)
        except StoreTrouble:
            kept = []
        own = [e for e in kept if e.subject == subject]
        others = [e for e in kept if e.subject != subject]
        if subject:
            others = _last(others, KEPT_PER_CHECK, lambda e: e.case.check)
        shipped = parse(_shipped(contract), contract)
        return list({e.line: e.case for e in (*own, *others, *shipped)}.values())

    def trouble(self, contract: str) -> str:
        """Why the kept cases of a contract cannot be read, with the file; empty if they can."""
        try:
            self._read(contract)
        except StoreTrouble as trouble:
            return str(trouble)
        return ""

    def _path(self, contract: str) -> Path:
        assert self.folder is not None
        return self.folder / f"{contract}.json"

    def _read(self, contract: str) -> list[Entry]:
        """What is kept; nothing if there is no file. Raises :class:`StoreTrouble`."""
        if self.folder is None:
            return []
        path = self._path(contract)
        try:
            return parse(read_text(path, MOST_BYTES), contract)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreTrouble(_told(error, path)) from error
        except CaseError as error:
            raise StoreTrouble(f"stored cases of {path}: {error}") from error
        except ValueError as error:
            raise StoreTrouble(f"stored cases of {error}") from error


NOTHING_KEPT = Store(None)


def _told(error: OSError, path: Path) -> str:
    return f"stored cases of {error.filename or path}: {error.strerror or error}"


def _newest(entries: list[Entry], check: str) -> list[Entry]:
    """The entries without the oldest ones of the check that are too many."""
    others = [e for e in entries if e.case.check != check]
    own = [e for e in entries if e.case.check == check]
    kept = _last(_last(own, KEPT_PER_CHECK, lambda e: e.subject), KEPT_OF_ALL, lambda e: "")
    chosen = {id(e) for e in (*others, *kept)}
    return [e for e in entries if id(e) in chosen]


def _last(entries, most, group):
    """The last ``most`` entries of each group, in order."""
    counts: Counter[str] = Counter()
    found = []
    for entry in reversed(entries):
        counts[group(entry)] += 1
        if counts[group(entry)] <= most:
            found.append(entry)
    return found[::-1]


def _shipped(contract: str) -> str:
    path = files("conformance_fixtures").joinpath("cases", f"{contract}.json")
    return path.read_text(encoding="utf-8") if path.is_file() else "[]"
