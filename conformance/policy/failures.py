"""The failures of recent runs by their short ids, so that a person replays one by a few digits.

``.conformance/failures.json`` is a list of objects, oldest first. Like pytest's cache it is the
user's own: what it names (a subject, a contract) is imported when a failure is replayed, as if it
had been typed. So a file that belongs to somebody else is not read.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from conformance.policy.locking import locked
from conformance.policy.reading import MIB, parse_json, read_text
from conformance.policy.writing import write_whole

MOST = 1000
"""Failures that are kept, the newest ones."""
LONGEST = 8192
"""Characters of a text of a failure; one with a longer one is not kept."""
LONGEST_MESSAGE = 300
MOST_BYTES = 16 * MIB
"""A larger file is no record."""
FILE = "failures.json"
_ROOT = 0


class RecordTrouble(Exception):
    """A record that cannot be read or written; the message names the file and the reason."""


@dataclass(frozen=True)
class RecordedFailure:
    """A failing case, with all that the command to replay it says.

    ``operator``, ``subject`` (None: the operator's own), ``device`` and ``options`` are as they
    were asked for; ``run`` is the id that all runs of one command share.
    """

    id: str
    operator: str
    subject: str | None
    device: str
    options: tuple[str, ...]
    line: str
    check: str
    message: str
    time: str
    run: str

    @property
    def words(self) -> list[str]:
        """The words behind ``conformance replay`` that say the same."""
        subject = [f"--subject={self.subject}"] if self.subject else []
        return [
            f"--operator={self.operator}", *subject, *self.options, f"--device={self.device}",
            "--", self.line,
        ]  # fmt: skip

    @classmethod
    def from_data(cls, data: Any) -> "RecordedFailure":
        """What an entry of a file says; keys of later versions are left out.

        Raises ``ValueError``.
        """
        if not isinstance(data, dict):
            raise ValueError("it is no object")
        known = {field.name for field in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        if missing := known - values.keys() - {"subject"}:
            raise ValueError(f"it lacks {', '.join(sorted(missing))}")
        options = values["options"]
        if not isinstance(options, list):
            raise ValueError("its options are no list")
        texts = [value for key, value in values.items() if key != "options"]
        texts = [text for text in (*texts, *options) if text is not None]
        if not all(isinstance(text, str) and len(text) <= LONGEST for text in texts):
            raise ValueError(f"it holds something else than texts of {LONGEST} characters")
        return cls(**{"subject": None, **values, "options": tuple(options)})


@dataclass(frozen=True)
class FailureRecord:
    """The record beside a folder of kept cases; None keeps nothing and holds nothing.

    Several processes may use it at once: who writes holds the lock of its folder, and the file is
    replaced whole.
    """

    path: Path | None

    @classmethod
    def beside(cls, store: Path | None) -> "FailureRecord":
        """The record that belongs to a folder of kept cases."""
        return cls(None if store is None else store.parent / FILE)

    def add(self, failures: Sequence[RecordedFailure]) -> None:
        """Keep failures, in place of earlier ones of the same id. Raises :class:`RecordTrouble`."""
        kept = [each for each in failures if _fits(each)]
        if self.path is None or not kept:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.path.parent):
                newer = {failure.id for failure in kept}
                entries = [each for each in self._read() if each.id not in newer] + kept
                write_whole(self.path, _dump(entries[-MOST:]))
        except OSError as error:
            raise RecordTrouble(_told(error, self.path)) from error

    def newest_first(self) -> list[RecordedFailure]:
        """All failures. Raises :class:`RecordTrouble` for a file that is no record."""
        return self._read()[::-1]

    def of_last_run(self) -> list[RecordedFailure]:
        """The failures of the last command that had some, as it found them."""
        found = self._read()
        return [each for each in found if each.run == found[-1].run]

    def _read(self) -> list[RecordedFailure]:
        if self.path is None:
            return []
        try:
            if os.stat(self.path).st_uid not in (os.geteuid(), _ROOT):
                raise ValueError(f"{self.path}: this file belongs to another user")
            found = parse_json(read_text(self.path, MOST_BYTES))
            if not isinstance(found, list):
                raise ValueError(f"{self.path}: this is no list")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise RecordTrouble(_told(error, self.path)) from error
        except ValueError as error:
            raise RecordTrouble(f"recorded failures of {self._named(error)}") from error
        return [self._entry(number, data) for number, data in enumerate(found[-MOST:], 1)]

    def _entry(self, number: int, data: Any) -> RecordedFailure:
        try:
            return RecordedFailure.from_data(data)
        except ValueError as error:
            why = f"recorded failures of {self.path}: entry {number} is none: {error}"
            raise RecordTrouble(why) from error

    def _named(self, error: ValueError) -> str:
        text = str(error)
        return text if text.startswith(str(self.path)) else f"{self.path}: they are no JSON: {text}"


def _fits(failure: RecordedFailure) -> bool:
    """Whether a later reader will take it."""
    texts = [value for value in asdict(failure).values() if isinstance(value, str)]
    return all(len(text) <= LONGEST for text in (*texts, *failure.options))


def _dump(entries: list[RecordedFailure]) -> str:
    """The text of a file, without the oldest entries if it would be too long to be read."""
    while True:
        text = json.dumps([asdict(each) for each in entries], indent=1) + "\n"
        if len(text) <= MOST_BYTES // 2:
            return text
        entries = entries[len(entries) // 4 + 1 :]


def _told(error: OSError, path: Path) -> str:
    return f"recorded failures of {error.filename or path}: {error.strerror or error}"
