"""From what a user names to locks: files, modules, releases, git revisions."""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.events.loading import USAGE, UsageError
from conformance.policy.reading import read_text
from conformance.runs.locking.remembered import remembered
from conformance.schemas.lock import Lock
from conformance.schemas.lock_file import MOST_BYTES, read_locks
from conformance.schemas.lock_reading import LockDamaged, parse_lock

FOLDER = "fixtures/locks"
"""Where a repository keeps its locks."""
SECONDS = 600
"""How long an import, or git, may take."""


class NotToBeHad(Exception):
    """What was named exists, and its lock cannot be made here: why."""


@dataclass(frozen=True)
class Side:
    """Locks, and where they came from: ``a lock``, ``torch`` or ``source``."""

    text: str
    locks: tuple[Lock, ...]
    origin: str
    told: str
    """Where they came from, as a sentence for people."""
    version: str = ""
    notes: tuple[str, ...] = ()


def side_of(text: str) -> Side:
    """The locks that a text names.

    A lock or a folder of locks, ``PACKAGE==VERSION``, ``FILE.py``, a git revision, or a module.
    Raises ``ValueError`` and ``OSError`` for a damaged lock, :class:`UsageError` for what does not
    exist, :class:`NotToBeHad` for what cannot be made here.
    """
    path = Path(text)
    if text.endswith(".json") or path.is_dir():
        return Side(text, tuple(read_locks(path)), "a lock", f"from the lock {text}")
    if "==" in text:
        return _release(text)
    if text.endswith(".py"):
        return _imported(text)
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}")
    if commit:
        return _revision(text, commit.decode().strip())
    return _imported(text)


def _imported(text: str) -> Side:
    """What importing registers, asked of torch in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="conformance-lock-") as folder:
        path = Path(folder) / "told.json"
        command = [sys.executable, "-m", "conformance.registrations.locking", text, str(path)]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        try:
            ended = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL,
                                   capture_output=True, timeout=SECONDS)  # fmt: skip
        except subprocess.TimeoutExpired:
            raise NotToBeHad(f"{text}: importing it takes more than {SECONDS} s") from None
        if not path.is_file():
            said = ended.stderr.decode(errors="replace").strip().splitlines()[-1:] or [""]
            ended_with = f"its process ended with {ended.returncode}"
            raise NotToBeHad(f"{text}: {ended_with}: {said[0][:300]}")
        told: dict[str, Any] = json.loads(read_text(path, MOST_BYTES))
    if "refused" in told:
        kind = UsageError if told["refused"] in USAGE else NotToBeHad
        raise kind(told["message"])
    locks = tuple(parse_lock(json.dumps(lock)) for lock in told["locks"])
    notes = tuple(f"{name}: {why}" for name, why in sorted(told["missing"].items()))
    return Side(text, locks, "torch", f"from torch, by importing {text}", notes=notes)


def _release(text: str) -> Side:
    """What the source of a release says."""
    package, _, version = (part.strip() for part in text.partition("=="))
    from conformance.wheels.errors import CacheUnusable, ReleaseNotFound, ReleaseUnavailable
    from conformance.wheels.source_tree import source_tree

    try:
        tree = source_tree(package, version)
    except (ReleaseNotFound, ValueError) as error:
        raise UsageError(str(error)) from error
    except (ReleaseUnavailable, CacheUnusable) as error:
        raise NotToBeHad(str(error)) from error
    locks = remembered(tree.root.parent, lambda: _locks_of(tree.root, package))
    notes = tuple(note for lock in locks for note in lock.unresolved)
    told = f"from the source of {text}"
    return Side(text, tuple(locks), "source", told, version, (*tree.missing, *notes))


def _locks_of(root: Path, name: str) -> list[Lock]:
    from conformance.sources.registered.read import lock_of_source

    return lock_of_source(root, name)


def _read(text: str, root: Path, name: str, told: str) -> Side:
    locks = tuple(_locks_of(root, name))
    notes = tuple(note for lock in locks for note in lock.unresolved)
    return Side(text, locks, "source", told, notes=notes)


def source_root(text: str) -> Path:
    """The folder, or file, in which the source of a package lies. Raises :class:`UsageError` if
    there is no such package, and :class:`NotToBeHad`."""
    from conformance.wheels.errors import CacheUnusable, ReleaseNotFound, ReleaseUnavailable
    from conformance.wheels.source_tree import source_of

    try:
        return source_of(text).root
    except (ReleaseNotFound, ValueError) as error:
        raise UsageError(str(error)) from error
    except (ReleaseUnavailable, CacheUnusable) as error:
        raise NotToBeHad(str(error)) from error


def _revision(text: str, commit: str) -> Side:
    """The locks that a revision of this repository holds; else what its source says."""
    top = (_git("rev-parse", "--show-toplevel") or b".").decode().strip()
    listed = _git("ls-tree", "-z", "--name-only", "--full-tree", commit, f"{FOLDER}/") or b""
    files = [name for name in listed.decode().split("\0") if name.endswith(".json")]
    locks = []
    for name in files:
        try:
            locks.append(parse_lock((_git("show", f"{commit}:{name}") or b"").decode("utf-8")))
        except (LockDamaged, UnicodeDecodeError) as error:
            raise ValueError(f"{text}:{name}: {error}") from error
    if locks:
        return Side(text, tuple(locks), "a lock", f"from the locks in {FOLDER} at {text}")
    with tempfile.TemporaryDirectory(prefix="conformance-git-") as folder:
        archive = Path(folder) / "tree.tar"
        if _git("-C", top, "archive", "--output", str(archive), commit) is None:
            raise NotToBeHad(f"{text}: git cannot give the files of this revision")
        with tarfile.open(archive) as tar:
            tar.extractall(Path(folder) / "tree", filter="data")
        told = f"from the source at {text}, which has no locks in {FOLDER}"
        return _read(text, Path(folder) / "tree", Path(top).name, told)


def _git(*words: str) -> bytes | None:
    """What git prints; None if it fails, or is not there."""
    try:
        ended = subprocess.run(["git", *words], capture_output=True, stdin=subprocess.DEVNULL,
                               timeout=SECONDS)  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return ended.stdout if ended.returncode == 0 else None
