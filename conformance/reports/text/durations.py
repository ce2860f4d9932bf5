"""How long the checks of a run took the last time it was carried out whole."""

import json
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from conformance.events.identity import RunIdentity
from conformance.policy.cache_folder import cache_root
from conformance.policy.locking import locked
from conformance.policy.reading import parse_json
from conformance.policy.writing import write_whole

MOST_RUNS = 200
"""Runs that are remembered: the newest of each operator, subject, device and profile."""
MOST_BYTES = 1 << 20
"""A larger file is none of these."""
_LOCK_SECONDS = 2.0


class Durations:
    """A file in the cache. It is a courtesy: trouble with it is no trouble of a run.

    ``path`` is the file (None: nothing is remembered, and nothing known).
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @classmethod
    def cached(cls) -> "Durations":
        """Those in the cache of the user."""
        return cls(cache_root() / "durations.json")

    def of(self, run: RunIdentity, profile: str) -> Mapping[str, float]:
        """Seconds of each check the last time; empty if that is not known."""
        return self._read().get(_key(run, profile), {})

    def keep(self, run: RunIdentity, profile: str, seconds: Mapping[str, float]) -> None:
        """Remember how long the checks of a run took."""
        if self._path is None or not seconds:
            return
        with suppress(OSError, ValueError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self._path.parent, _LOCK_SECONDS):
                known = self._read()
                known.pop(_key(run, profile), None)
                known[_key(run, profile)] = {c: round(s, 2) for c, s in seconds.items()}
                kept = dict(list(known.items())[-MOST_RUNS:])
                write_whole(self._path, json.dumps(kept, indent=0) + "\n")

    def _read(self) -> dict[str, dict[str, float]]:
        if self._path is None:
            return {}
        try:
            with self._path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
            document = parse_json(data.decode("utf-8")) if len(data) <= MOST_BYTES else {}
        except (OSError, ValueError):
            return {}
        return {
            key: {check: float(s) for check, s in checks.items()}
            for key, checks in (document.items() if isinstance(document, dict) else ())
            if isinstance(checks, dict)
            and all(isinstance(s, int | float) and 0 <= s < 1e9 for s in checks.values())
        }


def _key(run: RunIdentity, profile: str) -> str:
    words = (run.operator, run.subject or "", run.device, profile, *run.options)
    return sha256("\0".join(words).encode("utf-8", "backslashreplace")).hexdigest()[:16]
