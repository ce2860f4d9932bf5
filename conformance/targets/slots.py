"""How many processes work at a time on this machine, whichever run they belong to."""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from time import sleep

_LOOK = 0.02
"""Seconds between two looks whether a slot is free."""
_WANTING, _UNNAMED = "wanting", "new-"
"""A folder beside the slots, with a file of each that wants some, and how new ones begin."""


class Slots:
    """So many slots, which are files in a folder that all processes lock.

    A slot is held by whoever has its descriptor open, and by its forks: it is free again when all
    of them have closed it or have ended, however they end.
    """

    def __init__(self, folder: Path, count: int) -> None:
        """Raises OSError if there can be no such folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self.count = folder, count

    def take(self, wait: bool) -> int | None:
        """The descriptor of a slot; None if none is free and nobody is to ``wait``.

        Raises OSError if there can be no such files.
        """
        while True:
            # Others begin elsewhere, so that few look at slots that are taken.
            first = os.getpid() % self.count
            for place in (*range(first, self.count), *range(first)):
                if (slot := self._locked(str(place))) is not None:
                    return slot
            if not wait:
                return None
            sleep(_LOOK)

    def want(self) -> Wanting:
        """Say that this process wants slots, until that is ended. Raises as :meth:`take`."""
        return Wanting(self._folder / _WANTING)

    def wanting(self) -> int:
        """How many say so, in all processes. Raises as :meth:`take`."""
        count = 0
        for path in _files_of(self._folder / _WANTING):
            with suppress(FileNotFoundError):
                handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()  # whoever wrote it is gone
                except BlockingIOError:
                    count += 1
                finally:
                    os.close(handle)
        return count

    def _opened(self, name: str) -> int:
        return os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def _locked(self, name: str) -> int | None:
        slot = self._opened(name)
        try:
            fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(slot)
            return None
        return slot


class Wanting:
    """A file that its process and its forks lock, so that others see that they want slots."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError if there can be no such file."""
        folder.mkdir(parents=True, exist_ok=True)
        # It is locked before it has the name by which others look for it.
        self._handle, name = tempfile.mkstemp(prefix=_UNNAMED, dir=folder)
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        self._path = Path(name).with_name(f"{os.getpid()}-{Path(name).name}")
        os.rename(name, self._path)

    def end(self) -> None:
        """Want no more, for forks of this process too."""
        with suppress(FileNotFoundError):
            self._path.unlink()
        fcntl.flock(self._handle, fcntl.LOCK_UN)
        os.close(self._handle)


def _files_of(folder: Path) -> list[Path]:
    """The files of those who want slots."""
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(_UNNAMED)]
    except FileNotFoundError:
        return []
