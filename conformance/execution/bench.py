"""A subject on a device, ready for experiments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch

from conformance.case import Case
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import NotSupported
from conformance.execution.device import Device
from conformance.execution.outcome import Outcome
from conformance.inputs.build import Built, build
from conformance.judge.oracle import Asked, judge

ZERO = 0x00
"""What fresh memory holds unless a check asks otherwise: what an operating system hands out."""


@dataclass(frozen=True)
class Trial:
    """One call: the arguments, copies of them taken before, and what came of it."""

    contract: Contract
    case: Case
    built: Built
    originals: tuple[Any, ...]
    outcome: Outcome
    device: str
    """Type of the device that the arguments are on."""

    @property
    def states(self) -> dict[str, torch.Tensor]:
        """What the subject wrote in place, as it is now."""
        return {a.name: self.built.buffers[a.name].tensor for a in self.contract.states}

    def findings(self, asked: Asked = Asked.ALL) -> list[Finding]:
        """What is wrong with the answer, the exception instead of one included.

        States are judged as they are now: ask before anything else writes to them.

        Raises :class:`NotSupported` if the device, not the subject, gave up.
        """
        if raised := self.outcome.raised:
            if raised.unsupported:
                raise NotSupported(str(raised))
            message = "raised instead of answering"
            return [Finding("call", message, str(raised), "", raised.place, Kind.RAISED)]
        found = judge(
            self.contract,
            self.case.axes,
            self.originals,
            self.outcome.result,
            self.device,
            self.states,
            asked,
        )
        if found and self.outcome.violations:
            place = f"{found[0].where}; seen in memory: {self.outcome.violations[0]}"
            found[0] = replace(found[0], where=place.removeprefix("; "))
        return found


@dataclass(frozen=True)
class Bench:
    """Where checks run a subject. Every call sees fresh arguments unless it is given some."""

    contract: Contract
    function: Callable[..., Any]
    device: Device

    def build(self, case: Case) -> Built:
        return build(self.contract, case, self.device.kind)

    def run(self, case: Case, poison: int = ZERO) -> Trial:
        """Build a case, call the subject, keep everything."""
        return self.call(case, self.build(case), poison)

    def call(self, case: Case, built: Built, poison: int = ZERO) -> Trial:
        """Call the subject with arguments that exist already."""
        originals = tuple(
            a.detach().cpu().clone() if isinstance(a, torch.Tensor) else a for a in built.arguments
        )
        outcome = self.device.call(self.function, built.arguments, poison)
        return Trial(self.contract, case, built, originals, outcome, self.device.kind)
