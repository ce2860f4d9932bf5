"""Triton kernels on the CPU, which are emulated: who needs that, and how it is timed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.case import Case
from conformance.contract import Contract
from conformance.lockstep import lockstep
from conformance.measuring.rounds import Sampler
from conformance.measuring.worker.arguments import arguments_of
from conformance.measuring.worker.entrants import Entrant, Way
from conformance.measuring.worker.timers import Call, Timer


def wants_lockstep(contract: Contract, case: Case, entrant: Entrant) -> bool:
    """Whether it answers only while Triton is emulated: its kernels are Triton's."""
    assert entrant.answers is not None
    try:
        entrant.answers(arguments_of(contract, case, "cpu"))()
    except Exception:
        try:
            with lockstep() as session:
                entrant.answers(arguments_of(contract, case, "cpu"))()
                return session.launch_count > 0
        except Exception:
            return False
    return False


def in_lockstep(timer: Timer, calls: Sequence[Call]) -> Sampler:
    """A sampler of calls whose kernels are emulated; opening the emulation is not measured."""
    with lockstep():
        sampler = timer.sampler(calls[:1])  # where it lies in memory does not matter to it

    def sample() -> float:
        with lockstep():
            return sampler()

    return sample


def emulating(entrant: Entrant) -> Entrant:
    """The entrant with answers that come about in lockstep."""
    assert entrant.answers is not None
    plain: Way = entrant.answers

    def way(arguments: Any) -> Call:
        def call() -> Any:
            with lockstep():
                return plain(arguments)()

        return call

    return replace(entrant, answers=way)
