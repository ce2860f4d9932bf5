"""Results of earlier builds, kept in one file of the user's cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from conformance.policy.cache_folder import cache_root

KEPT = 200_000
"""Results that are kept; those that were written first are dropped."""
WAIT = 10.0
"""Seconds to wait for another run that writes."""
AT_ONCE = 500
"""Keys that one query asks for."""


class Known:
    """What was built before, by the text that says what was compiled.

    A file that cannot be read or written costs time and changes nothing else.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache_root() / "builds.sqlite"

    def get(self, keys: Iterable[str]) -> dict[str, str]:
        """The results of those keys that are known."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, str] = {}
        try:
            with self._open() as file:
                for start in range(0, len(wanted), AT_ONCE):
                    part = wanted[start : start + AT_ONCE]
                    marks = ",".join("?" * len(part))
                    query = f"SELECT key, result FROM builds WHERE key IN ({marks})"
                    found.update(file.execute(query, part).fetchall())
        except (sqlite3.Error, OSError):
            return {}
        return found

    def add(self, results: Mapping[str, str]) -> None:
        """Keep results."""
        try:
            with self._open() as file:
                file.executemany("INSERT OR REPLACE INTO builds VALUES (?, ?)", results.items())
                newest = "(SELECT max(rowid) FROM builds)"
                file.execute(f"DELETE FROM builds WHERE rowid <= {newest} - ?", (KEPT,))
        except (sqlite3.Error, OSError):
            return

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(self._path, timeout=WAIT)
        try:
            with file:
                file.execute(
                    "CREATE TABLE IF NOT EXISTS builds (key TEXT PRIMARY KEY, result TEXT)"
                )
                yield file
        finally:
            file.close()
