"""What was fetched of a release, file by file: what is not written down here is not there."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from stat import S_ISREG
from typing import Any

from conformance.wheels.files import Print, is_intact, write_atomically

NAME = "hashes.json"
FORMAT = 1
LARGEST = 64 << 20
"""Bytes of a list that are read at most."""


@dataclass(frozen=True)
class Manifest:
    """Names of files of one release, each with the size and hash that it was written with.

    ``wheel`` maps the name of the wheel in the cache, ``files`` the single files below ``files``
    and ``python`` the files below ``python``, None if they were never unpacked. ``source`` holds
    the files below ``source``, none if the index has no source archive, None if it was never asked
    for one. ``fetched`` is the sha256 of the wheel that everything comes from, ``declared`` what
    the package index said it is, empty if it said nothing.
    """

    wheel: Mapping[str, Print] = field(default_factory=dict)
    files: Mapping[str, Print] = field(default_factory=dict)
    python: Mapping[str, Print] | None = None
    source: Mapping[str, Print] | None = None
    fetched: str = ""
    declared: str = ""

    def kept_wheel(self, folder: Path) -> Path | None:
        """The wheel in the release's folder, if it is as it was fetched."""
        for name, wanted in self.wheel.items():
            if is_intact(folder / name, wanted):
                return folder / name
        return None


def read_manifest(folder: Path) -> Manifest:
    """The list in a release's folder; an empty one if there is none, or one that was altered."""
    try:
        status = (folder / NAME).stat()
    except OSError:
        return Manifest()
    if not S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return Manifest()
    return _read(folder / NAME, (status.st_ino, status.st_size, status.st_mtime_ns))


@lru_cache(maxsize=4)
def _read(place: Path, state: tuple[int, ...]) -> Manifest:
    """The list at that place, which is replaced and never written to: a file has one content."""
    try:
        data = json.loads(place.read_bytes())
        if data["hash"] != _hash(data["release"]):
            return Manifest()
        parts = data["release"]
        python, source = parts["python"], parts.get("source")
        return Manifest(
            _prints(parts["wheel"]),
            _prints(parts["files"]),
            None if python is None else _prints(python),
            None if source is None else _prints(source),
            str(parts["fetched"]),
            str(parts["declared"]),
        )
    except (
        OSError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        AttributeError,
        RecursionError,
    ):
        return Manifest()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the list into a release's folder. Raises `CacheUnusable`."""
    release = json.loads(json.dumps(asdict(manifest)))
    text = json.dumps({"hash": _hash(release), "release": release}, indent=1)
    write_atomically(folder / NAME, text.encode())


def _hash(release: Any) -> str:
    text = json.dumps([FORMAT, release], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _prints(data: Mapping[str, Any]) -> dict[str, Print]:
    return {str(name): (int(size), str(digest)) for name, (size, digest) in data.items()}
