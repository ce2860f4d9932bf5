"""What a process may do to others, on Linux: nothing here is needed for a verdict of a kernel that
means no harm. Where the system does not offer it, it is left out."""

import ctypes
import os
import signal
import sys
from contextlib import suppress
from functools import cache

_SET_PARENT_DEATH_SIGNAL = 1
_SET_DUMPABLE = 4
_DROP_FROM_BOUNDS = 24
_SET_CHILD_SUBREAPER = 36
_SET_NO_NEW_PRIVILEGES = 38
_CAPABILITIES_VERSION = 0x20080522
_REACHING = {
    "CAP_SYS_MODULE": 16,
    "CAP_SYS_RAWIO": 17,
    "CAP_SYS_PTRACE": 19,
    "CAP_SYS_ADMIN": 21,
    "CAP_SYS_BOOT": 22,
    "CAP_PERFMON": 38,
    "CAP_BPF": 39,
    "CAP_CHECKPOINT_RESTORE": 40,
}
"""Capabilities (``linux/capability.h``) with which a process reaches the memory of another one."""


@cache
def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _prctl(option: int, value: int) -> None:
    if (libc := _libc()) is not None:
        libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def close_memory() -> None:
    """Let no other process of this user read or write the memory of this one.

    Children inherit it unless they execute another program. As root it holds against processes
    without the capability ``CAP_SYS_PTRACE``.
    """
    _prctl(_SET_DUMPABLE, 0)


def open_memory() -> None:
    """Take :func:`close_memory` back: a process reads files of its own in ``/proc``."""
    _prctl(_SET_DUMPABLE, 1)


def die_with_parent() -> None:
    """End this process when the thread that started it ends."""
    _prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def adopt_orphans(adopt: bool = True) -> None:
    """Become the parent of every descendant whose own parent has ended, so that it is found."""
    _prctl(_SET_CHILD_SUBREAPER, int(adopt))


def give_up_rights() -> None:
    """Give up, for ever and for all children, what reaches the memory of other processes."""
    libc = _libc()
    if libc is None:
        return
    _prctl(_SET_NO_NEW_PRIVILEGES, 1)
    for number in _REACHING.values():
        _prctl(_DROP_FROM_BOUNDS, number)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice, 32 bits each
    if libc.capget(header, sets) == 0:
        for number in _REACHING.values():
            for which in range(3):
                sets[3 * (number // 32) + which] &= ~(1 << number % 32) & 0xFFFFFFFF
        libc.capset(header, sets)


def close_descriptors(*kept: int) -> None:
    """Close every descriptor from 3 on but those ``kept``."""
    first = 3
    for descriptor in sorted(kept):
        os.closerange(first, descriptor)
        first = max(first, descriptor + 1)
    os.closerange(first, os.sysconf("SC_OPEN_MAX") if sys.platform != "linux" else _highest() + 1)


def _highest() -> int:
    with suppress(OSError):
        return max(map(int, os.listdir("/proc/self/fd")), default=3)
    return os.sysconf("SC_OPEN_MAX")
