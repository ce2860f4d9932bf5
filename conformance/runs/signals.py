"""Signals end a command in order: the first one where the command waits, one that insists at once.

The first signal raises :class:`Interrupted` in the main thread: inside :func:`interruptible`
wherever that thread is, inside :func:`held` only where the run calls :func:`checkpoint`. So no
report is broken off in the middle, and no process is started that nobody knows of. Signals that
follow quickly are one and the same wish. One that comes later ends everything at once: a thread
hears it, whatever the main thread waits for. It passes on what the system gave to a thread of a
library, while the main thread slept on.

What the first signal raises can be lost wherever it is raised at any place: in code that clears
errors, as `open` of a text file does, in a callback of a weak reference, in an ``except`` of a
module that is imported. So :func:`interruptible` has it raised again until it comes out there.
"""

import faulthandler
import os
import select
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from types import FrameType
from typing import Any

_LEFT_ALONE = {
    "SIGKILL", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT", "SIGCHLD", "SIGWINCH",
    "SIGURG", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL",
}  # fmt: skip
"""Those that stop a process and let it go on, that nothing ends by, and faults of the machine code:
a handler in Python would come back to the faulty instruction for ever."""
_APART = 0.5
"""Seconds after which a further signal is a wish of its own."""
_PATIENCE = 2.0
"""Seconds after the first signal from which on every further one is."""


_LOST = 4
"""Seconds after which what a signal has raised counts as lost, if it has not come out."""


class Interrupted(KeyboardInterrupt):
    """A signal came that ends the command."""


class _State:
    """What the handler, the main thread and the watching thread share."""

    came = False
    raised = False
    answered = False
    """Whether the signal is how the command is meant to end."""
    raising = False
    """Whether the handler may raise where the main thread is right now."""
    awaited = False
    """Whether what the handler raises comes out of :func:`interruptible`."""
    thrown = False
    """Whether the handler has raised, and it has not come out there yet."""
    again = False
    """Whether the handler raises once more."""


_state = _State()


def ending() -> bool:
    """Whether a signal came that ends the command."""
    return _state.came


def interrupted() -> bool:
    """Whether the command was broken off by a signal; one that came too late breaks off nothing."""
    return _state.raised and not _state.answered


def answered() -> None:
    """The command has heard the signal, and ends with an exit code of its own."""
    _state.answered = True


def checkpoint() -> None:
    """Raise :class:`Interrupted` if a signal came, once, and in the main thread only."""
    if _state.came and not _state.raised and _is_main_thread():
        _state.raised = True
        raise Interrupted


@contextmanager
def interruptible() -> Iterator[None]:
    """Where the first signal may raise at any place: nothing has been started."""
    with _raising(True):
        checkpoint()
        before, _state.awaited = _state.awaited, True
        try:
            yield
        finally:
            _state.awaited, _state.thrown = before, False


@contextmanager
def held() -> Iterator[None]:
    """Where the first signal raises at a :func:`checkpoint` only."""
    with _raising(False):
        yield


@contextmanager
def _raising(value: bool) -> Iterator[None]:
    if not _is_main_thread():
        yield
        return
    before, _state.raising = _state.raising, value
    try:
        yield
    finally:
        _state.raising = before


class Signals:
    """Handles every signal that would end this process, from :meth:`install` to :meth:`restore`.

    ``at_once`` is called by a signal that insists, in a thread; it ends the process. So does the
    first signal if the command has not ended after ``seconds``; None: it may take its time. A
    signal that is ignored, as ``nohup`` has it, or that has a handler already, stays as it is.
    ``raising``: the first one raises wherever the main thread is, outside :func:`held`.
    """

    def __init__(
        self, at_once: Callable[[], Any], seconds: int | None = None, raising: bool = False
    ) -> None:
        self._at_once = at_once
        self._seconds = seconds
        self._raising = raising
        self._before: dict[int, Any] = {}
        self._pipe: tuple[int, int] | None = None
        self._wakeup = -1

    def install(self) -> None:
        """Handle signals from now on; nothing in a thread, where Python handles none."""
        if not _is_main_thread() or self._pipe is not None:
            return
        _state.came = _state.raised = _state.answered = _state.thrown = _state.again = False
        read, write = self._pipe = os.pipe()
        os.set_blocking(write, False)
        self._wakeup = signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        threading.Thread(target=self._watch, args=(read,), daemon=True).start()
        for number in _ending_signals():
            self._before[number] = signal.signal(number, _handle)
        _state.raising = self._raising

    def restore(self) -> None:
        """Handle them as before."""
        if self._pipe is None:
            return
        _state.raising = False
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self._pipe[1])  # the thread reads the end, and closes the other side
        self._pipe = None
        self._before.clear()

    def ignore(self) -> None:
        """Ignore them: all is said, and Python dies by a signal that comes while it shuts down."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    def _watch(self, read: int) -> None:
        # The system may hand a signal to any thread, and the main one would go on waiting.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ending_ones())
        first = previous = 0.0
        ticks = number = 0
        sent = False
        while True:
            # Ticks, not the clock: the time in which the process is stopped does not count.
            ready, _, _ = select.select([read], [], [], 1.0 if first else None)
            if not ready:
                ticks += 1
                if self._seconds is not None and ticks > self._seconds:
                    self._at_once()
                lost = _state.thrown and _state.raising and ticks % _LOST == 0
                if lost or not _state.came:
                    sent, _state.again = True, lost
                    signal.pthread_kill(_main_thread(), number)
                continue
            came = os.read(read, 1 << 12)
            if not came:
                os.close(read)
                return
            ending = [each for each in came if each in self._before]
            if sent and number in ending:  # by this thread
                sent = False
                ending.remove(number)
            if not ending:
                continue
            number = ending[0]
            now = monotonic()
            if first and (now - previous >= _APART or now - first >= _PATIENCE):
                self._at_once()
            first, previous = first or now, now


def _handle(number: int, frame: FrameType | None) -> None:
    _state.came = True
    if not _state.raising:
        return
    if _state.again:
        _state.again = False
        if _state.thrown:
            raise Interrupted
    if _state.awaited and not _state.raised:
        _state.thrown = True
    checkpoint()


def _ending_ones() -> set[signal.Signals]:
    """The numbers of the signals that end a process which does not handle them."""
    return signal.valid_signals() - {getattr(signal, name, None) for name in _LEFT_ALONE}


def _ending_signals() -> Iterator[int]:
    left = {signal.SIGABRT} if faulthandler.is_enabled() else set()
    for number in sorted(_ending_ones() - left):
        with suppress(OSError, ValueError):
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                yield number


def _is_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _main_thread() -> int:
    number = threading.main_thread().ident
    assert number is not None
    return number
