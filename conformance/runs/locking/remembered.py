"""What the source of a release says, kept beside it: reading a large package takes a minute."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from conformance.policy.reading import read_text
from conformance.policy.writing import write_whole
from conformance.schemas.lock import Lock
from conformance.schemas.lock_file import MOST_BYTES
from conformance.schemas.lock_reading import parse_lock
from conformance.schemas.lock_text import lock_text

FILE = "locks.json"
_SUITE = Path(__file__).parents[1]
_READERS = ("sources", "schemas")
"""Rooms whose code decides what is read."""


def remembered(folder: Path, read: Callable[[], Sequence[Lock]]) -> list[Lock]:
    """The locks of the release in this folder: those that were kept, or what ``read`` gives.

    They are kept with the sha256 of their text and of the code that read them. Anything else in
    their place counts as nothing. A folder that cannot be written keeps nothing.
    """
    path = folder / FILE
    with suppress(OSError, ValueError, KeyError, TypeError):
        return _kept(json.loads(read_text(path, MOST_BYTES)))
    locks = list(read())
    kept = [[lock_text(lock), list(lock.unresolved)] for lock in locks]
    with suppress(OSError):
        write_whole(path, json.dumps({"reader": _reader(), "sha256": _hash(kept), "locks": kept}))
    return locks


def _kept(data: dict[str, Any]) -> list[Lock]:
    """Raises ``ValueError`` for what another reader wrote, or somebody altered."""
    if data["reader"] != _reader() or data["sha256"] != _hash(data["locks"]):
        raise ValueError("written by another reader, or altered")
    found = []
    for text, unresolved in data["locks"]:
        lock = parse_lock(text)
        found.append(
            Lock(lock.namespace, lock.operators, lock.kernels, lock.functions, lock.switches,
                 tuple(unresolved))
        )  # fmt: skip
    return found


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


@lru_cache(maxsize=1)
def _reader() -> str:
    """A hash of the code that reads sources."""
    digest = hashlib.sha256()
    for room in _READERS:
        for file in sorted(_SUITE.joinpath(room).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()
