"""The process that imports what takes long once, and forks the judge and the subjects.

``python -m conformance.processes.zygote ORDERS MESSAGES FRONT``: two descriptors, from which the
judge reads orders and to which it writes messages, and the number of the process of the front. The
judge gets them. Subjects are forked when the judge asks for one, so that a new one is there in
milliseconds after a crash. No code of a subject ever runs here.

The zygote is the last one to go: it adopts the orphans of subjects, ends everything when the front
or the judge ends, and tells the front how the judge ended.
"""

import json
import os
import select
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from conformance.processes import confine, tree
from conformance.processes.channel import Channel, ChannelClosed, pair
from conformance.processes.ending import ending_of

JUDGE = "conformance.asking.judge_process"
"""Has ``main(orders, messages, zygote)``, which runs in the judge's process."""
SUBJECT = "conformance.serving.process"
"""Has ``main(descriptors)``, which runs in the process of a subject."""
FIRST = ("torch",)
"""What both need."""
LATER = (SUBJECT, "conformance.execution.cpu", "conformance.subjects.subject")
"""What only subjects need; it is imported while the judge imports what it needs itself."""
LAUNCHED_BY_SUBJECTS = 8
"""Descriptors that a message may bring at most."""


def main(arguments: list[str]) -> int:
    orders, messages, front = map(int, arguments)
    confine.close_memory()
    confine.adopt_orphans()
    signal.signal(signal.SIGTERM, lambda *_: None)
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for name in FIRST:
        import_module(name)
    own, other = pair()
    judge = _fork(lambda: _judge(orders, messages, other))
    os.close(orders)
    other.close()
    for name in LATER:
        import_module(name)
    try:
        how = _serve(own, judge, front, woken)
    finally:
        tree.kill(judge)
        tree.end_all(os.getpid())
        _ended()  # else whoever adopts them finds processes that wait to be forgotten
    if how:
        with suppress(OSError):
            os.write(messages, json.dumps({"gone": how}).encode() + b"\n")
    os._exit(0)  # to take down what was imported would take a while


def _judge(orders: int, messages: int, zygote: socket.socket) -> int:
    confine.close_descriptors(orders, messages, zygote.fileno())
    return import_module(JUDGE).main(orders, messages, zygote)


def _fork(function: Callable[[], int]) -> int:
    """The number of a new process that calls ``function`` and ends with what it returns."""
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # Threads of a library for matrices wait here; they know how to be forked.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    code = 1
    try:
        confine.die_with_parent()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        code = function()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _serve(own: socket.socket, judge: int, front: int, woken: int) -> str:
    """Fork subjects until the front or the judge ends; how the judge ended, if not in peace."""
    channel = Channel(own)
    alive = os.pidfd_open(front)
    subjects: set[int] = set()
    while True:
        sources: list[Any] = [own, alive, woken]
        ready, _, _ = select.select(sources, [], [], 1.0)
        if woken in ready:
            with suppress(BlockingIOError):
                signals = os.read(woken, 4096)
                if signal.SIGTERM in signals:
                    return ""
        for process, status in _ended():
            if process == judge:
                return "" if status == 0 else ending_of(status).how
            if process in subjects:
                subjects.discard(process)
                with suppress(ChannelClosed):
                    channel.send({"ended": process, "status": status})
        if alive in ready or os.getppid() != front:
            return ""
        if own in ready:
            subject = _asked(own, channel)
            if subject:
                subjects.add(subject)


def _ended() -> list[tuple[int, int]]:
    """Children that have ended, adopted ones among them, each with its wait status."""
    found = []
    with suppress(ChildProcessError):
        while (one := os.waitpid(-1, os.WNOHANG))[0]:
            found.append(one)
    return found


def _asked(own: socket.socket, channel: Channel) -> int:
    """Fork a subject with the descriptors that the judge sends; 0 if the judge is gone."""
    try:
        _, descriptors, _, _ = socket.recv_fds(own, 16, LAUNCHED_BY_SUBJECTS)
    except OSError:
        return 0
    if not descriptors:
        return 0
    subject = _fork(lambda: import_module(SUBJECT).main(descriptors))
    for each in descriptors:
        os.close(each)
    with suppress(ChannelClosed):
        channel.send({"started": subject})
    return subject


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
