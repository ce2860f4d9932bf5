"""Results of earlier builds, kept in one file of the user's cache."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from conformance.policy.cache_folder import cache_root

KEPT = 200_000
"""Results that are kept; those that were written first are dropped."""
WAIT = 3.0
"""Seconds to wait for another run that writes."""
MAGIC = b"SQLite format 3\0"
"""How a database begins."""
AT_ONCE = 500
"""Keys that one query asks for."""


class Known:
    """What was built before, by the text that says what was compiled.

    Every result has a hash, and one that was altered is not known. A file that cannot be read or
    written costs time and changes nothing else; a damaged one is begun anew.
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
                    query = f"SELECT key, result, hash FROM results WHERE key IN ({marks})"
                    for key, result, known in file.execute(query, part):
                        if isinstance(result, str) and known == _hash(key, result):
                            found[key] = result
        except (sqlite3.Error, OSError) as error:
            self._drop_damaged(error)
        return found

    def add(self, results: Mapping[str, str]) -> None:
        """Keep results."""
        rows = [(key, result, _hash(key, result)) for key, result in results.items()]
        try:
            with self._open() as file:
                # Where results had no hash.
                file.execute("DROP TABLE IF EXISTS builds")
                file.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", rows)
                newest = "(SELECT max(rowid) FROM results)"
                file.execute(f"DELETE FROM results WHERE rowid <= {newest} - ?", (KEPT,))
        except (sqlite3.Error, OSError) as error:
            self._drop_damaged(error)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(self._path, timeout=WAIT)
        try:
            with file:
                file.execute(
                    "CREATE TABLE IF NOT EXISTS results"
                    " (key TEXT PRIMARY KEY, result TEXT, hash TEXT)"
                )
                yield file
        finally:
            file.close()

    def _drop_damaged(self, error: Exception) -> None:
        """Remove the file if sqlite says that it is damaged; one that is no database is kept."""
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            with suppress(OSError):
                with self._path.open("rb") as file:
                    ours = file.read(len(MAGIC)) == MAGIC
                if ours:
                    os.unlink(self._path)


def _hash(key: str, result: str) -> str:
    return hashlib.sha256(f"{key}\n{result}".encode("utf-8", "surrogatepass")).hexdigest()
