"""Lock files: one for each namespace, in a folder."""

from pathlib import Path

from conformance.policy.reading import MIB, read_text
from conformance.policy.writing import write_whole
from conformance.schemas.lock import Lock
from conformance.schemas.lock_reading import LockDamaged, parse_lock
from conformance.schemas.lock_text import lock_text

MOST_BYTES = 32 * MIB
"""A lock of all of vLLM's operators has less than one."""


def read_lock(path: Path) -> Lock:
    """The lock in a file.

    Raises ``OSError``, and ``ValueError`` that begins with the path: for what is no lock, with the
    place in it.
    """
    text = read_text(path, MOST_BYTES)
    try:
        return parse_lock(text)
    except LockDamaged as error:
        raise LockDamaged(f"{path}: {error}") from error


def read_locks(path: Path) -> list[Lock]:
    """The locks in a file, or in the ``*.json`` files of a folder.

    Raises as :func:`read_lock` does, and ``ValueError`` for a folder without a lock.
    """
    if not path.is_dir():
        return [read_lock(path)]
    files = sorted(path.glob("*.json"))
    if not files:
        raise ValueError(f"{path}: there is no lock (*.json) in this folder")
    return [read_lock(file) for file in files]


def write_lock(path: Path, lock: Lock) -> bool:
    """Put a lock into its file, whole. Whether the file says something else than before.

    Raises ``OSError``; ``ValueError`` as :func:`conformance.schemas.lock_text.lock_text` does.
    """
    text = lock_text(lock)
    try:
        if path.is_file() and read_text(path, MOST_BYTES) == text:
            return False
    except ValueError:
        pass  # whatever stands there is replaced
    write_whole(path, text)
    return True
