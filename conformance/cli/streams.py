"""Standard output and error that may be closed, full, slow or gone: a run goes on without them."""

import errno
import io
import os
import select
import sys
from typing import Any, TextIO

from conformance.runs.signals import ending

_SLICE = 200
"""Milliseconds between two looks at whether a signal came."""
_SLICES = 5
"""Looks after a signal until a stream that nobody reads is given up."""
_AT_ONCE = 1 << 12
"""Bytes that a pipe takes without blocking once it takes any."""
_GONE = {errno.EPIPE, errno.EIO, errno.EAGAIN}
"""Nobody reads any more: the reader of a pipe ended, or the terminal was closed."""


def open_closed() -> None:
    """Open /dev/null for each of the descriptors 0 to 2 that is closed.

    Otherwise the next file or pipe would get that number, and be written to as standard output.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def tolerant(name: str, number: int) -> "Tolerant | None":
    """Put a stream into ``sys`` that raises nothing when it is written to; returns it.

    What its encoding lacks is escaped. A stream that is not the process's own, as in a test, stays
    as it is; None.
    """
    old: Any = getattr(sys, name)
    if old is not None and (old is not getattr(sys, f"__{name}__") or not _is_own(old, number)):
        if isinstance(old, io.TextIOWrapper):
            old.reconfigure(errors="backslashreplace")
        return None
    if old is not None:
        old.flush()
    stream = Tolerant(number)
    text: TextIO = io.TextIOWrapper(
        io.BufferedWriter(stream),
        encoding=old.encoding if old is not None else "utf-8",
        errors="backslashreplace",
        line_buffering=old is None or old.line_buffering or old.write_through,
        write_through=old is not None and old.write_through,
    )
    setattr(sys, name, text)
    setattr(sys, f"__{name}__", text)
    return stream


def _is_own(stream: Any, number: int) -> bool:
    try:
        return bool(stream.fileno() == number)
    except (OSError, ValueError, AttributeError):
        return False


class Tolerant(io.RawIOBase):
    """Writes to a descriptor until that fails for the first time; drops everything from then on."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._poll = select.poll()
        self._poll.register(number, select.POLLOUT)
        self.trouble: OSError | None = None
        """What went wrong."""

    @property
    def lost(self) -> OSError | None:
        """What went wrong, unless it is only that nobody reads any more."""
        return self.trouble if self.trouble and self.trouble.errno not in _GONE else None

    def write(self, data: Any) -> int:
        rest = memoryview(data).cast("B")
        while rest and self.trouble is None:
            try:
                self._wait()
                rest = rest[os.write(self._number, rest[:_AT_ONCE]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                self.trouble = error
        return memoryview(data).nbytes

    def _wait(self) -> None:
        slices = 0
        while not self._poll.poll(_SLICE):
            slices += ending()
            if slices > _SLICES:
                raise OSError(errno.EPIPE, "nobody reads")

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def isatty(self) -> bool:
        return os.isatty(self._number)
