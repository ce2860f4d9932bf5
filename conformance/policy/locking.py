"""One process at a time, where several write into the same folder."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

LOCK_SECONDS = 20.0
"""How long to wait for another process, which writes a small file meanwhile."""


@contextmanager
def locked(folder: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of a folder. It ends with the process that holds it, however that ends.

    Raises ``OSError`` with the name of the folder, also if others hold the lock for longer than
    ``seconds``.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        end = monotonic() + seconds
        while not _taken(handle):
            if monotonic() > end:
                reason = f"another process has held the lock of this folder for {seconds:g} s"
                raise TimeoutError(errno.ETIMEDOUT, reason, str(folder))
            sleep(0.01)
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
