"""Every process that a command started, wherever it went, and its end."""

import os
from contextlib import suppress
from time import monotonic

import psutil

from conformance.processes import confine


class Descendants:
    """The processes that are started below this one from now on.

    On Linux also those whose parent ended: they become children of this process.
    """

    def __init__(self) -> None:
        self._others = set(self._all())
        confine.adopt_orphans()

    def end(self, seconds: float = 5.0) -> None:
        """End them all, and whatever they start meanwhile; give up after ``seconds``."""
        limit = monotonic() + seconds
        while (found := self._started()) and monotonic() < limit:
            for process in found:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(found, timeout=0.5)

    def _started(self) -> list[psutil.Process]:
        return [process for process in self._all() if process not in self._others]

    @staticmethod
    def _all() -> list[psutil.Process]:
        with suppress(psutil.Error):
            return psutil.Process(os.getpid()).children(recursive=True)
        return []
