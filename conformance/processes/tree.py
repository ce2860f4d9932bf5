"""Processes and what they started: their memory, whether they are stopped, their end."""

import os
import signal
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import suppress
from time import monotonic, sleep

import psutil

_ENDING_SECONDS = 5.0
"""How long processes are waited for that were sent SIGKILL."""


def below(process: int, but: Collection[int] = ()) -> list[int]:
    """Every living descendant of a process, without those in ``but`` and what these started."""
    children: dict[int, list[int]] = defaultdict(list)
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            children[each.ppid()].append(each.pid)
    found, waiting = [], [process]
    while waiting:
        for child in children[waiting.pop()]:
            if child not in but:
                found.append(child)
                waiting.append(child)
    return [each for each in found if lives(each)]


def memory_of(processes: Iterable[int]) -> int:
    """Bytes in memory of all processes together; those that are gone count nothing."""
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += psutil.Process(process).memory_info().rss
    return total


def own_memory_of(processes: Iterable[int]) -> int:
    """Like :func:`memory_of`, but what several processes share counts once. Takes longer."""
    total = 0
    for process in processes:
        with suppress(psutil.Error, AttributeError):
            total += psutil.Process(process).memory_full_info().pss
    return total


def is_stopped(process: int) -> bool:
    """Whether a signal has stopped it."""
    try:
        return bool(psutil.Process(process).status() in ("stopped", "tracing-stop"))
    except psutil.Error:
        return False


def lives(process: int) -> bool:
    """Whether a process is there, and not only waits to be forgotten."""
    try:
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def end_all(process: int, but: Collection[int] = (), seconds: float = _ENDING_SECONDS) -> set[int]:
    """Kill every descendant of a process but those in ``but``, until none is left; the killed ones.

    What is killed may have started others meanwhile, so that it is looked again.
    """
    end = monotonic() + seconds
    killed: set[int] = set()
    while (alive := below(process, but)) and monotonic() < end:
        for each in alive:
            kill(each)
        killed.update(alive)
        sleep(0.002)
    return killed


def forget(ended: Iterable[int]) -> None:
    """Take note of the end of processes, as far as they are children of this one.

    Else they stay in the system's list until this process ends. One that was killed may take a
    moment.
    """
    end = monotonic() + 1.0
    for process in ended:
        with suppress(ChildProcessError):
            while not os.waitpid(process, os.WNOHANG)[0] and monotonic() < end:
                sleep(0.002)


def kill(process: int) -> None:
    """Send SIGKILL to a process, if it is there."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(process, signal.SIGKILL)


def kill_group(group: int) -> None:
    """Send SIGKILL to a process group, if it is there."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def with_variable(name: str, value: str) -> list[int]:
    """Every process whose environment has a variable with this value."""
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if each.environ().get(name) == value:
                found.append(each.pid)
    return found
