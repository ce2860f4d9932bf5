"""Jobs in forked processes: a job that kills its process is blamed for it, and the rest go on.

Kernels live in modules that no other process could import in the same state, so that the processes
are forks of this one. They run nothing but the compiler.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import selectors
import signal
import socket
import sys
import tempfile
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from conformance.targets.slots import Slots

Work = Callable[[Any, Callable[[], str]], str]
"""``work(job, printed)`` returns one line; ``printed()`` what was printed since its last call."""


_LOOK = 0.1
"""Seconds between two looks whether a pool that stands back may go on."""
FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
"""Signals that a compiler does not send itself: somebody, or a system short of memory, did."""


@dataclass(frozen=True)
class Died:
    """A job that did not come back: its process ended (``how``), or its time did."""

    how: str
    from_outside: bool = False


@dataclass
class _Child:
    pid: int
    pipe: socket.socket
    job: int | None = None
    since: float = 0.0
    received: bytes = b""


def run(
    jobs: Sequence[Any],
    work: Work,
    workers: int,
    seconds: float,
    slots: Slots | None = None,
    patient: bool = False,
) -> Iterator[tuple[int, str | Died]]:
    """(place of a job, its line or how it died), in the order in which jobs end.

    ``seconds`` bound one job. Each process holds one of ``slots``, which all pools share that have
    jobs to begin, each as many. A pool that is ``patient`` begins none while others have some. No
    process is left when the iterator ends, however it ends.
    """
    waiting = deque(range(len(jobs)))
    wanting = slots.want() if slots is not None and not patient else None

    def room() -> int:
        """How many processes this pool may have now."""
        if slots is None:
            return workers
        others = slots.wanting() - (wanting is not None)
        if patient:
            return 0 if others else workers
        return min(workers, max(1, slots.count // (others + 1)))

    children: list[_Child] = []
    poll = selectors.DefaultSelector()

    def next_job() -> int:
        nonlocal wanting
        job = waiting.popleft()
        if not waiting and wanting is not None:
            wanting.end()
            wanting = None
        return job

    def start() -> None:
        if not waiting or len(children) >= room():
            return
        slot = None
        if slots is not None and (slot := slots.take(wait=not children and not patient)) is None:
            return
        job = next_job()
        child = _fork(jobs, work, [each.pipe for each in children])
        if slot is not None:
            os.close(slot)
        children.append(child)
        poll.register(child.pipe, selectors.EVENT_READ, child)
        _send(child, job)

    def end(child: _Child, status: int | None = None) -> int:
        """Forget a process, whose ``status`` is known if somebody has waited for it."""
        poll.unregister(child.pipe)
        children.remove(child)
        child.pipe.close()
        return os.waitpid(child.pid, 0)[1] if status is None else status

    try:
        for _ in range(min(workers, len(jobs))):
            start()
        while children or waiting:
            if not children:
                time.sleep(_LOOK)
                start()
                continue
            events = poll.select(timeout=0.5 if slots is None or not waiting else 0.1)
            silent = [each for each in children if all(key.data is not each for key, _ in events)]
            for key, _ in events:
                child = key.data
                data = child.pipe.recv(1 << 16)
                child.received += data
                if not data:
                    job, died = child.job, _how(end(child))
                    if job is not None:
                        yield job, died
                    start()
                elif child.received.endswith(b"\n"):
                    job, line = child.job, child.received.decode().rstrip("\n")
                    child.received, child.job = b"", None
                    assert job is not None
                    yield job, line
                    if waiting and len(children) <= room():
                        _send(child, next_job())
                    else:
                        end(child)
            for child in silent:
                job = child.job
                # Whoever it left behind may hold its end of the pipe: then nothing comes of it.
                ended, status = os.waitpid(child.pid, os.WNOHANG)
                if ended:
                    end(child, status)
                    if job is not None:
                        yield job, _how(status)
                    start()
                elif job is not None and time.monotonic() - child.since > seconds:
                    os.kill(child.pid, signal.SIGKILL)
                    end(child)
                    yield job, Died(f"was not done after {seconds:g} s")
                    start()
            if slots is not None and len(children) < workers:
                start()
    finally:
        for child in list(children):
            os.kill(child.pid, signal.SIGKILL)
            end(child)
        poll.close()
        if wanting is not None:
            wanting.end()


def fork() -> int:
    """``os.fork`` for a child that runs no code which takes locks of other threads."""
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # Python 3.12 warns of threads at a fork.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _send(child: _Child, job: int) -> None:
    child.job, child.since = job, time.monotonic()
    child.pipe.sendall(job.to_bytes(4, "little"))


def _how(status: int) -> Died:
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return Died(f"ended with {code}")
    number = signal.Signals(-code)
    return Died(f"died of {number.name}", number in FROM_OUTSIDE)


def _fork(jobs: Sequence[Any], work: Work, others: Sequence[socket.socket]) -> _Child:
    here, there = socket.socketpair()
    pid = fork()
    if pid:
        there.close()
        return _Child(pid, here)
    try:
        # A finaliser of the parent's would wait for its threads, which are not here.
        gc.freeze()
        here.close()
        for other in others:
            other.close()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        faulthandler.disable()
        _serve(jobs, work, there)
    finally:
        # Whatever happened: nothing of the parent's is run in the child.
        os._exit(0)


def _serve(jobs: Sequence[Any], work: Work, pipe: socket.socket) -> None:
    with tempfile.TemporaryFile("w+b") as log:
        for stream in (1, 2):
            os.dup2(log.fileno(), stream)
        # Whatever the parent writes through, here it is the log.
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
        while order := pipe.recv(4):
            line = work(jobs[int.from_bytes(order, "little")], lambda: _printed(log))
            _printed(log)
            pipe.sendall(line.encode() + b"\n")


def _printed(log: IO[bytes]) -> str:
    """What went to the log since it was read last."""
    sys.stdout.flush()
    sys.stderr.flush()
    log.seek(0)
    text = log.read().decode(errors="replace")
    log.seek(0)
    log.truncate()
    return text
