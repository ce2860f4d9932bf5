"""How a process ended, and whose doing that was."""

import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

_OWN = {
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT", "SIGSYS", "SIGTRAP")
    if hasattr(signal, name)
}
"""Signals that the system sends a process for what it has just done itself."""
_LIMITS = {
    signal.SIGXCPU: resource.RLIMIT_CPU,
    signal.SIGXFSZ: resource.RLIMIT_FSIZE,
    signal.SIGKILL: resource.RLIMIT_CPU,
}
"""Signals that a limit of the shell leads to, with the limit."""


@dataclass(frozen=True)
class Ending:
    """How a process ended. ``how`` is a sentence without its subject.

    ``own`` says that it did it itself. ``outside`` names what else may have ended it, where that is
    known; without either it may have been anybody: whoever wants to know asks the same again.
    """

    how: str
    own: bool = False
    outside: str = ""


def ending_of(status: int, killed_for_memory: int = 0) -> Ending:
    """What a wait status says. ``killed_for_memory`` is how many processes the system has killed
    meanwhile because the machine had no memory left."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return Ending(f"ended the process with exit code {code}", own=True)
    name = signal_name(-code)
    how = f"crashed with {name}"
    if -code in _OWN:
        return Ending(how, own=True)
    limit = next((limit for number, limit in _LIMITS.items() if number == -code), None)
    if limit is not None and resource.getrlimit(limit)[0] != resource.RLIM_INFINITY:
        return Ending(how, outside=f"a limit of the shell (ulimit) ended it with {name}")
    if -code == signal.SIGKILL and killed_for_memory:
        return Ending(how, outside="the machine has no memory left: the system killed it")
    return Ending(how)


def signal_name(number: int) -> str:
    """The name of a signal; real-time signals have none of their own."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIGRTMIN+{number - signal.SIGRTMIN}" if number > 31 else f"signal {number}"


def kills_for_memory() -> int:
    """How many processes the system has killed so far because it had no memory left."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
