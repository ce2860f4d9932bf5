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
_NOT_OF_FOLDERS = (errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)
"""What file systems of a network say that lock only what can be written to."""


@contextmanager
def locked(folder: Path, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of a folder. It ends with the process that holds it, however that ends.

    Where a folder cannot be locked, a file ``.lock`` in it is. Raises ``OSError`` with the name of
    the folder, also if others hold the lock for longer than ``seconds``.
    """
    handles = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)]
    try:
        try:
            _take(handles[0], folder, seconds)
        except OSError as error:
            if error.errno not in _NOT_OF_FOLDERS:
                raise
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            handles.append(os.open(folder / ".lock", flags, 0o666))
            _take(handles[-1], folder, seconds)
        yield
    finally:
        for handle in handles:
            os.close(handle)


def _take(handle: int, folder: Path, seconds: float) -> None:
    end = monotonic() + seconds
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() > end:
                reason = f"another process has held the lock of this folder for {seconds:g} s"
                raise TimeoutError(errno.ETIMEDOUT, reason, str(folder)) from None
        sleep(0.01)
