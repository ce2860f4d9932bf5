"""Is the call right while others run beside it?

Calls with contents of their own run on four streams at once, several rounds, with copies and
products of matrices in between. All streams are held back until everything is queued, and start at
one moment. Each call has arguments and states of its own, so that nothing but the subject can make
them meet. Every answer must have the bits of the same call made alone, where the contract claims
determinism, and be right in any case. So scratch that calls share shows, a kernel that is launched
on another stream than the current one (a call's floats are written on its own stream directly
before it), and races.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.device.asking import labelled, need, resized
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind, distinct
from conformance.execution.bench import Bench
from conformance.execution.launches import during
from conformance.execution.trial import Trial
from conformance.execution.ways.names import Way
from conformance.execution.ways.streams import LANES
from conformance.inputs.usual import usual_case
from conformance.tensors.dtypes import same_bits

ROUNDS = 8
MOST_BYTES = 1 << 28
"""Bytes of the arguments of all calls: larger cases get fewer rounds."""


def _always(contract: Contract) -> Iterator[Case]:
    yield usual_case(contract, "streams")


def _fixed(contract: Contract) -> Iterator[Case]:
    if others := resized(contract, usual_case(contract, "streams")):
        yield max(others, key=lambda each: contract.elements(each.axes))


@dataclass(frozen=True)
class _Quiet:
    """What a call leaves that was made alone: copies of outputs and states by name."""

    left: dict[str, torch.Tensor]

    @classmethod
    def of(cls, trial: Trial) -> "_Quiet":
        return cls({name: tensor.clone() for name, tensor in _left(trial).items()})

    def differing(self, trial: Trial) -> list[str]:
        """The outputs and states with other bits than here."""
        now = _left(trial)
        return [n for n, t in self.left.items() if n not in now or not same_bits(now[n], t)]


def _left(trial: Trial) -> dict[str, torch.Tensor]:
    return {**trial.outputs, **trial.written}


def _decide(bench: Bench, case: Case) -> list[Finding]:
    need(bench, "it has no streams", Way.TOGETHER)
    variants = [replace(case, seed=case.seed + number) for number in range(LANES)]
    quiet, size = [], 0
    for variant in variants:
        trial = bench.run(variant)
        if findings := trial.findings():
            return findings
        quiet.append(_Quiet.of(trial))
        size += sum(buffer.storage.nbytes for buffer in trial.built.buffers.values())
    rounds = max(1, min(ROUNDS, MOST_BYTES // max(size, 1)))
    calls = [(each, bench.build(each)) for _ in range(rounds) for each in variants]
    with during(bench.device, bench.contract, case):
        trials = bench.together(calls)
    found: list[Finding] = []
    for number, trial in enumerate(trials):
        alone = quiet[number % LANES]
        if trial.outcome.raised is None and not (names := alone.differing(trial)):
            continue
        found += labelled(trial.findings(), f"in one of {len(trials)} calls on {LANES} streams")
        if not found and bench.contract.deterministic:
            message = f"other bits in one of {len(trials)} calls on {LANES} streams than alone"
            wanted = "determinism, which the contract claims"
            found += [Finding(n, message, wanted=wanted, kind=Kind.NOT_REPEATABLE) for n in names]
    return distinct(found)


CHECK = Check(
    "streams",
    "Is the call right while others run beside it?",
    _decide,
    fixed=_fixed,
    always=_always,
    effort=0,
)
