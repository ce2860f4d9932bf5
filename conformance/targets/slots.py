"""How many processes work at a time on this machine, whichever run they belong to."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from time import sleep

_LOOK = 0.02
"""Seconds between two looks whether a slot is free."""
_WANTED = "wanted"
"""A file beside the slots, which all lock that go first, together."""


class Slots:
    """So many slots, which are files in a folder that all processes lock.

    A slot is held by whoever has its descriptor open, and by its forks: it is free again when all
    of them have closed it or have ended, however they end.
    """

    def __init__(self, folder: Path, count: int) -> None:
        """Raises OSError if there can be no such folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._count = folder, count

    def take(self, wait: bool) -> int | None:
        """The descriptor of a slot; None if none is free and nobody is to ``wait``.

        Raises OSError if there can be no such files.
        """
        while True:
            # Others begin elsewhere, so that few look at slots that are taken.
            first = os.getpid() % self._count
            for place in (*range(first, self._count), *range(first)):
                if (slot := self._locked(str(place))) is not None:
                    return slot
            if not wait:
                return None
            sleep(_LOOK)

    def want(self) -> int:
        """A descriptor that keeps :meth:`wanted` true, in this process and its forks, until it is
        given to :func:`want_no_more`. Raises as :meth:`take`."""
        wanting = self._opened(_WANTED)
        fcntl.flock(wanting, fcntl.LOCK_SH)
        return wanting

    def wanted(self) -> bool:
        """Whether somebody wants slots and goes first. Raises as :meth:`take`."""
        looking = self._opened(_WANTED)
        try:
            fcntl.flock(looking, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(looking)
        return False

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


def want_no_more(wanting: int) -> None:
    """End what :meth:`Slots.want` began, for the forks of this process too."""
    fcntl.flock(wanting, fcntl.LOCK_UN)
    os.close(wanting)
