"""Compile what will be launched before it is launched, on all cores, while other work goes on.

A launch compiles its signature on one core while everything else waits. Where the signatures are
known, forked processes compile them and leave the results in Triton's own cache, in which a launch
finds them. A launch that comes too early compiles its signature itself, as it would have.

Several runs at a time often want the same signatures: each is compiled by one of them, and all of
them together have no more processes than there are cores.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from typing import Any

from conformance.policy.cache_folder import cache_root
from conformance.policy.cores import cores
from conformance.targets import pool
from conformance.targets.beside import Beside
from conformance.targets.build import SECONDS
from conformance.targets.launched import Launched, LaunchLog
from conformance.targets.slots import Slots
from conformance.triton_cache import compile_into_cache, know_compiler, target_here, vendor_of
from conformance.triton_compiler import Signature, key_of

LOCKS = "compiling.lock"
"""A file in the suite's cache, of which nothing is read: each signature has a byte to lock."""
SLOTS = "compilers"
"""A folder there, with a file for each process that may compile at a time."""


class Ahead:
    """Compiles the signatures of a log for the GPU of this process, each once."""

    def __init__(self, log: LaunchLog) -> None:
        self._log = log
        self._done: set[int] = set()
        self._beside = Beside()

    def start(self, workers: int, least: int = 1, patient: bool = False) -> int:
        """Begin to compile what was noted since the last time; returns how many signatures.

        They are compiled in up to ``workers`` processes, and there are no more than cores for all
        runs together. Nothing is begun for fewer than ``least``. If it is ``patient``, what others
        have compiled goes first. What Triton refuses is left to the launch, whose error belongs to
        the subject.
        """
        target = target_here()
        waiting = self._waiting()
        signatures = [each.of.get(vendor_of(target)) for each in waiting.values()]
        jobs = [(each, target) for each in signatures if isinstance(each, Signature)]
        if len(jobs) < least:
            return 0
        self._done.update(waiting)
        know_compiler()  # once here, instead of in each process
        self._beside.add(lambda: _compile(jobs, workers, patient))
        return len(jobs)

    def busy(self) -> bool:
        """Whether something that was begun is not compiled yet."""
        return self._beside.busy()

    def wait(self) -> None:
        """Until all that was begun is compiled."""
        self._beside.wait()

    def stop(self) -> None:
        """Compile nothing more."""
        self._beside.stop()

    def _waiting(self) -> dict[int, Launched]:
        """What was noted and not begun, each by its ``id``."""
        noted = (each for one in self._log.all() for each in (one, *one.instead))
        return {id(each): each for each in noted if id(each) not in self._done}


def _compile(jobs: Sequence[Any], workers: int, patient: bool) -> None:
    slots = None
    with suppress(OSError):  # as many as this run may have, where nothing can be written
        slots = Slots(cache_root() / SLOTS, cores())
    for _ in pool.run(jobs, _work, workers, SECONDS, slots, patient):
        pass


def _work(job: Any, printed: Callable[[], str]) -> str:
    """Compile one signature, in a process of the pool."""
    try:
        signature, target = job
        with _alone(key_of(signature, target.backend, target.arch, target.warp_size)) as alone:
            if not alone:
                return "compiled elsewhere"
            compile_into_cache(signature, target)
    except Exception as error:  # the launch will say it again, of the subject
        return f"{type(error).__name__}"
    return "compiled"


@contextmanager
def _alone(key: str) -> Iterator[bool]:
    """Whether no other process compiles the same; none begins to while this is open.

    What a process holds is free again once it ends. Where nothing can be locked, everybody is
    alone.
    """
    place = int(sha256(key.encode()).hexdigest()[:12], 16)
    handle, alone = None, True
    try:
        with suppress(OSError):
            root = cache_root()
            root.mkdir(parents=True, exist_ok=True)
            handle = os.open(root / LOCKS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                alone = False
        yield alone
    finally:
        if handle is not None:
            os.close(handle)
