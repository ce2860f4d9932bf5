"""A subject on a device, ready for experiments."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch

from conformance.case import Case
from conformance.catalogue.devices import Device
from conformance.contract import Contract, TensorArgument
from conformance.events.finding import Finding, Kind
from conformance.events.request import Profile
from conformance.events.verdict import NotSupported
from conformance.execution.launches import during
from conformance.execution.outcome import Outcome
from conformance.inputs.build import Built, build
from conformance.judge.judge import JudgeScope, judge
from conformance.judge.structure import returned_tensors
from conformance.memory.unwritten import Unwritten
from conformance.tensors.dtypes import fill_bytes

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
    """What torch calls the device that the arguments are on."""

    @property
    def written(self) -> dict[str, torch.Tensor]:
        """The arguments that the subject wrote into, states and outputs, as they are now."""
        buffers = self.built.buffers
        return {
            a.name: buffers[a.name].tensor
            for a in self.contract.tensors
            if a.written and a.name in buffers
        }

    @property
    def outputs(self) -> dict[str, torch.Tensor]:
        """The outputs by name, as far as the subject returned tensors or wrote into them."""
        results = returned_tensors(self.outcome.result) or ()
        found = {
            output.name: tensor
            for output, tensor in zip(self.contract.returned, results, strict=False)
            if isinstance(tensor, torch.Tensor)
        }
        passed = {argument.name for argument in self.contract.passed_outputs}
        return found | {n: t for n, t in self.written.items() if n in passed}

    def findings(self, scope: JudgeScope = JudgeScope.ALL) -> list[Finding]:
        """What is wrong with the answer, the exception instead of one included.

        States are judged as they are now: ask before anything else writes to them. A clear refusal
        is right where an optional tensor is given that an implementation may lack.

        Raises :class:`NotSupported` if the device, not the subject, gave up, and
        :class:`~conformance.contract.ContractMistake` if the reference goes wrong.
        """
        if raised := self.outcome.raised:
            if raised.unsupported:
                raise NotSupported(str(raised))
            if raised.is_refusal and self._refusable():
                return []
            message, text = "raised instead of answering", str(raised)
            return [Finding("call", message, text, where=raised.place, kind=Kind.RAISED)]
        found = judge(
            self.contract,
            self.case.axes,
            self.originals,
            self.outcome.result,
            self.device,
            self.written,
            scope,
        )
        if found and self.outcome.violations:
            place = f"{found[0].where}; seen in memory: {self.outcome.violations[0]}"
            found[0] = replace(found[0], where=place.removeprefix("; "))
        return found

    def _refusable(self) -> bool:
        given = self.built.buffers
        return any(a.refusable and a.name in given for a in self.contract.tensors)


@dataclass(frozen=True)
class Bench:
    """Where checks run a subject. Every call sees fresh arguments unless it is given some."""

    contract: Contract
    function: Callable[..., Any]
    device: Device
    profile: Profile = field(default_factory=lambda: Profile("gate", "", 0, 0, 0.0))
    """How thoroughly it is asked, as far as a check has to know."""

    def build(self, case: Case) -> Built:
        return build(self.contract, case, self.device.torch_device)

    def run(self, case: Case, poison: int = ZERO) -> Trial:
        """Build a case, call the subject, keep everything."""
        built = self.build(case)
        with during(self.device, self.contract, case):
            return self.call(case, built, poison)

    @property
    def finds_unwritten(self) -> bool:
        """Whether ``call`` can say what reads of unwritten bytes find."""
        return getattr(self.device, "finds_unwritten", False)

    def call(
        self, case: Case, built: Built, poison: int = ZERO, unwritten: Unwritten | None = None
    ) -> Trial:
        """Call the subject with arguments that exist already.

        Fresh memory and the tensors that outputs are written into hold the byte ``poison``. Reads
        of unwritten bytes that ``unwritten`` names find its poison instead.
        """
        for argument in self.contract.passed_outputs:
            if argument.name in built.buffers:
                fill_bytes(built.buffers[argument.name].tensor, poison)
        originals = tuple(
            a.detach().cpu().clone() if isinstance(a, torch.Tensor) else a for a in built.arguments
        )
        call: Callable[..., Outcome] = self.device.call
        if unwritten is not None:
            call = partial(call, unwritten=unwritten)
        outcome = call(self.function, self._passed(built.arguments), poison)
        return Trial(self.contract, case, built, originals, outcome, self.device.torch_device)

    def rehearse(self, case: Case) -> None:
        """Note what the call of a case launches; it is run only if a rehearsal does not suffice."""
        rehearse = getattr(self.device, "rehearse", None)
        built = self.build(case)
        if rehearse is not None:
            with during(self.device, self.contract, case, rehearsed=True):
                if rehearse(self.function, self._passed(built.arguments)):
                    return
            built = self.build(case)
        with during(self.device, self.contract, case):
            self.call(case, built)

    def _passed(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments as a caller writes them: optional ones at the end are left out if None.

        So an implementation that lacks such an argument can be called without it.
        """
        count = len(arguments)
        for argument, value in zip(
            reversed(self.contract.arguments), reversed(arguments), strict=True
        ):
            optional = isinstance(argument, TensorArgument) and argument.optional
            if value is not None or not optional:
                break
            count -= 1
        return arguments[:count]
