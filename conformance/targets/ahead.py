"""Compile what will be launched before it is launched, on all cores.

A launch compiles its signature on one core while everything else waits. Where the signatures are
known, forked processes compile them and leave the results in Triton's own cache, in which a launch
finds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.policy.cores import cores
from conformance.targets import pool
from conformance.targets.build import SECONDS
from conformance.targets.launched import LaunchLog
from conformance.triton_cache import compile_into_cache, target_here, vendor_of
from conformance.triton_compiler import Signature


class Ahead:
    """Compiles the signatures of a log for the GPU of this process, each once."""

    def __init__(self, log: LaunchLog) -> None:
        self._log = log
        self._done: set[int] = set()

    def compile(self, done: Callable[[int, int], None] = lambda count, total: None) -> int:
        """Compile what was noted since the last time; returns how many signatures that are.

        ``done`` hears how many of how many are compiled. What Triton refuses is left to the launch,
        whose error belongs to the subject.
        """
        target = target_here()
        jobs = list(self._waiting(vendor_of(target)))
        work = [(signature, target) for signature in jobs]
        done(0, len(jobs))
        for count, _ in enumerate(pool.run(work, _work, cores(), SECONDS), 1):
            done(count, len(jobs))
        return len(jobs)

    def _waiting(self, vendor: str) -> list[Signature]:
        found = []
        for launched in self._log.all():
            for each in (launched, *launched.instead):
                signature = each.of.get(vendor)
                if id(each) not in self._done and isinstance(signature, Signature):
                    found.append(signature)
                self._done.add(id(each))
        return found


def _work(job: Any, printed: Callable[[], str]) -> str:
    """Compile one signature, in a process of the pool."""
    try:
        compile_into_cache(*job)
    except Exception as error:  # the launch will say it again, of the subject
        return f"{type(error).__name__}"
    return "compiled"
