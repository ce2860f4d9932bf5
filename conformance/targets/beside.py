"""Work in forked processes beside this one."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

from conformance.processes import confine, tree
from conformance.targets.pool import fork

NICE = 10
"""How much the work stands back behind this process, as ``nice`` counts."""


class Beside:
    """Pieces of work, each in a fork of this process as it was when the piece was added.

    What this process does with a piece's results, it finds where the piece leaves them, in files.
    All pieces end with this process.
    """

    def __init__(self) -> None:
        self._processes: list[int] = []

    def add(self, work: Callable[[], object]) -> None:
        """Have ``work`` called beside this process, with none of its descriptors.

        What it raises or prints is lost.
        """
        self._forget()
        here = os.getpid()
        process = fork()
        if process == 0:
            _only(work, here)
        self._processes.append(process)

    def busy(self) -> bool:
        """Whether a piece has not ended yet."""
        self._forget()
        return bool(self._processes)

    def wait(self) -> None:
        """Until every piece has ended."""
        for process in self._processes:
            with suppress(ChildProcessError):
                os.waitpid(process, 0)
        self._processes.clear()

    def stop(self) -> None:
        """End every piece."""
        for process in reversed(self._processes):
            tree.kill(process)
        self.wait()

    def _forget(self) -> None:
        """Take note of the end of pieces, so that the system forgets them."""
        for process in list(self._processes):
            with suppress(ChildProcessError):
                if not os.waitpid(process, os.WNOHANG)[0]:
                    continue
            self._processes.remove(process)


def _only(work: Callable[[], object], parent: int) -> None:
    """Do the work of a piece in its process, and end it."""
    try:
        confine.die_with_parent()
        if os.getppid() != parent:
            return
        os.nice(NICE)
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        # Whoever waits for the end of the parent must not wait for this one. Objects of the parent
        # would close numbers that are given out again: they are never collected here.
        gc.freeze()
        _close_all_but(0, 1, 2)
        work()
    finally:
        # Whatever happened: nothing of the parent's is run in the child.
        os._exit(0)


def _close_all_but(*kept: int) -> None:
    borders = [-1, *sorted(kept), os.sysconf("SC_OPEN_MAX")]
    for low, high in pairwise(borders):
        if low + 1 < high:  # Python 3.11 takes the range 0 to 0 for everything
            os.closerange(low + 1, high)
