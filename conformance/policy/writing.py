"""Files that are written whole; what is no file is never replaced by one."""

import errno
import os
import select
import stat
from pathlib import Path
from secrets import token_hex
from time import monotonic

PIPE_SECONDS = 10.0
"""How long nobody may read from a pipe that is written to."""


def write_whole(path: Path, text: str) -> None:
    """Put a text into the place of a file, in one step: nobody ever reads half of it.

    A link stays, and what it points at is replaced; a file keeps its permissions; if anything goes
    wrong, the old file stays. A device, or a pipe that somebody reads, is written to. Raises
    ``OSError`` with the name of the file and the reason, also for anything else.
    """
    data = text.encode("utf-8", errors="backslashreplace")
    try:
        if is_stream(path):
            _write_to(path, data)
        else:
            _replace(_target(path), data)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def is_stream(path: Path) -> bool:
    """Whether there is something that is no file: every text that is written is added to it."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return False


def check_place(path: Path) -> None:
    """Raise ``OSError`` with the name of a path that can never be that of a file to write."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    parent = path.absolute().parent
    while not os.path.lexists(parent):
        parent = parent.parent
    if not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{parent} is no folder", str(path))


def _target(path: Path) -> Path:
    """The file that is to be replaced: behind all links."""
    target = Path(os.path.realpath(path))
    if target.is_symlink():  # a circle of links has no end
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _replace(path: Path, data: bytes) -> None:
    try:
        found = path.stat()
    except FileNotFoundError:
        found = None
    if found and any(_is_open(number, found) for number in (0, 1, 2)):
        raise OSError(errno.EBUSY, "this command reads it or prints into it")
    temporary = path.with_name(f".conformance-{token_hex(8)}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with open(os.open(temporary, flags, 0o666), "wb") as file:
            file.write(data)
            if found:
                os.fchmod(file.fileno(), stat.S_IMODE(found.st_mode))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _is_open(number: int, found: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(number), found)
    except OSError:
        return False


def _write_to(path: Path, data: bytes) -> None:
    """Write to a device or a pipe, and wait for nobody longer than :data:`PIPE_SECONDS`."""
    mode = path.stat().st_mode
    if not (stat.S_ISCHR(mode) or stat.S_ISFIFO(mode)):
        what = "a folder" if stat.S_ISDIR(mode) else "no file, device or pipe"
        raise OSError(errno.EINVAL, f"this is {what}")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno == errno.ENXIO and stat.S_ISFIFO(mode):
            raise OSError(errno.ENXIO, "nobody reads from this pipe") from error
        raise
    try:
        end = monotonic() + PIPE_SECONDS
        while data:
            _, ready, _ = select.select([], [handle], [], max(0.0, end - monotonic()))
            if not ready:
                reason = f"nobody has read from this pipe for {PIPE_SECONDS:g} s"
                raise TimeoutError(errno.ETIMEDOUT, reason)
            data = data[os.write(handle, data[: select.PIPE_BUF]) :]
            end = monotonic() + PIPE_SECONDS
    finally:
        os.close(handle)
