"""Compile what will be launched before it is launched, on all cores, while other work goes on.

A launch compiles its signature on one core while everything else waits. Where the signatures are
known, forked processes compile them and leave the results in Triton's own cache, in which a launch
finds them. A launch that comes too early compiles its signature itself, as it would have, or waits
for the process that has begun to.

Several runs at a time often want the same signatures: each is compiled by one of them, and all of
them together have no more processes than there are cores.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from time import monotonic, sleep
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
_LOOK = 0.005
"""Seconds between two looks whether another process has compiled what is launched."""


class Ahead:
    """Compiles the signatures of a log for the GPU of this process, each once."""

    def __init__(self, log: LaunchLog) -> None:
        self._log = log
        self._done: set[int] = set()
        self._claimed: set[int] = set()
        self._claim: _Claim | None = None
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

    def claim(self, launched: Launched) -> None:
        """Wait while another process compiles what is launched now, for the first time here.

        Nobody else begins to, until :meth:`release`. Does nothing before :meth:`start`.
        """
        if not self._done or id(launched) in self._claimed:
            return
        self._claimed.add(id(launched))
        self.release()
        target = target_here()
        signature = launched.of.get(vendor_of(target))
        if not isinstance(signature, Signature):
            return
        with suppress(Exception):  # the launch will say it again, of the subject
            self._claim = _Claim(_name(signature, target))
            self._claim.wait(SECONDS)

    def release(self) -> None:
        """What was claimed is compiled."""
        if self._claim is not None:
            self._claim.end()
            self._claim = None

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
        claim = _Claim(_name(signature, target))
        try:
            if not claim.taken():
                return "compiled elsewhere"
            compile_into_cache(signature, target)
        finally:
            claim.end()
    except Exception as error:  # the launch will say it again, of the subject
        return f"{type(error).__name__}"
    return "compiled"


def _name(signature: Signature, target: Any) -> str:
    return key_of(signature, target.backend, target.arch, target.warp_size)


class _Claim:
    """That one process compiles a signature: a byte of a file, which that process locks.

    It is free again when the process has ended. Where nothing can be locked, everybody has it.
    """

    def __init__(self, name: str) -> None:
        self._place = int(sha256(name.encode()).hexdigest()[:12], 16)
        self._handle: int | None = None
        with suppress(OSError):
            root = cache_root()
            root.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(root / LOCKS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)

    def taken(self) -> bool:
        """Whether this process has it; takes it if nobody has."""
        if self._handle is None:
            return True
        try:
            fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, self._place)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:  # such a file system locks nothing
            return True
        return True

    def wait(self, seconds: float) -> None:
        """Until this process has it, or ``seconds`` are over."""
        end = monotonic() + seconds
        while not self.taken() and monotonic() < end:
            sleep(_LOOK)

    def end(self) -> None:
        """Have it no more."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
