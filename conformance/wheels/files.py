"""Files of the cache: written whole, known by size and hash, changed by one process at a time."""

import errno
import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG

from conformance.wheels.deadline import remaining
from conformance.wheels.errors import CacheUnusable

Print = tuple[int, str]
"""Size of a file in bytes, and its sha256 in hexadecimal digits."""

_LOOK = 0.05
"""Seconds between two looks at a lock that somebody holds."""
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL}
"""Errors of file systems that have no locks."""


def write_atomically(place: Path, content: bytes) -> None:
    """Write a file so that other processes see all of it or nothing.

    Nothing is written if it holds the content already, so that a cache may be read-only. Raises
    `CacheUnusable`.
    """
    if fingerprint(place) == print_of(content):
        return
    # Readable for all who may read the folder, which no file of `tempfile` is.
    scratch = place.parent / f".writing-{secrets.token_hex(8)}"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except OSError as error:
        raise CacheUnusable(str(place), error) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        os.replace(scratch, place)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(scratch)
        if isinstance(error, OSError):
            raise CacheUnusable(str(place), error) from error
        raise


def print_of(content: bytes) -> Print:
    """Size and hash of a file with that content."""
    return len(content), hashlib.sha256(content).hexdigest()


def fingerprint(place: Path, size: int | None = None) -> Print | None:
    """Size and hash of a file; None if it is none, cannot be read, or is not of that ``size``."""
    try:
        status = place.stat()
        # A pipe would be waited for, and a device read without an end.
        if not S_ISREG(status.st_mode) or size not in (None, status.st_size):
            return None
        with place.open("rb") as stream:
            return status.st_size, hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def is_intact(place: Path, wanted: Print | None) -> bool:
    """Whether a file is what was written there."""
    return wanted is not None and fingerprint(place, wanted[0]) == wanted


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """What is done to ``folder`` in this block, no other process does at the same time.

    The lock ends with the process that holds it. Raises `CacheUnusable` if it cannot be had within
    the time that is left for fetching.
    """
    place = folder.parent / f".{folder.name}.lock"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise CacheUnusable(str(place), error) from error
    try:
        _lock(descriptor, place)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, place: Path) -> None:
    end = time.monotonic() + remaining()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return  # every file is put in place whole: two processes only do the work twice
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EINTR):
                raise CacheUnusable(str(place), error) from error
            if time.monotonic() >= end:
                held = OSError(error.errno, "another process holds the lock")
                raise CacheUnusable(str(place), held) from error
        time.sleep(_LOOK)
