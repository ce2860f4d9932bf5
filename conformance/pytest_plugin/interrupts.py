"""Signals while pytest has a subject's process: nothing of it may be left."""

import atexit
import os
from typing import NoReturn

import pytest

from conformance.runs.descendants import Descendants
from conformance.runs.signals import Signals, ending


class Interrupts:
    """Signals are Ctrl-C, as pytest knows it, from :meth:`begin` to :meth:`end`.

    Once one came they stay so, until pytest has ended: what is written then is written whole.
    A later one ends this process and all that it started meanwhile.
    """

    def __init__(self) -> None:
        self._signals = Signals(self._end_at_once, raising=True)
        self._processes: Descendants | None = None

    def begin(self) -> None:
        """Handle signals. Again: nothing."""
        if self._processes is None:
            self._processes = Descendants()
            self._signals.install()

    def end(self) -> None:
        """Handle them as before, unless one came: then end the processes that are left."""
        if self._processes is None:
            return
        if ending():
            self._processes.end()
            atexit.register(self._signals.ignore)
            return
        self._signals.restore()
        self._processes = None

    def _end_at_once(self) -> NoReturn:
        if self._processes is not None:
            self._processes.end(2.0)
        os._exit(pytest.ExitCode.INTERRUPTED)
