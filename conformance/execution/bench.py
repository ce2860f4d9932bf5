"""A subject on a device, ready for experiments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import torch

from conformance.capture.folder import CapturedCalls
from conformance.case import Case
from conformance.catalogue.devices import Device
from conformance.contract import Contract, TensorArgument
from conformance.events.request import Profile
from conformance.execution.later import LateWrites
from conformance.execution.launches import during
from conformance.execution.outcome import Outcome
from conformance.execution.trial import Trial
from conformance.inputs.build import Built, build
from conformance.inputs.captured import built_from, is_captured
from conformance.judge.used import BudgetUsed
from conformance.memory.unwritten import Unwritten
from conformance.memory.violation import Violation, argument_label
from conformance.tensors.dtypes import fill_bytes
from conformance.tensors.returned import Returned, look, spans_of

ZERO = 0x00
"""What fresh memory holds unless a check asks otherwise: what an operating system hands out."""


@dataclass(frozen=True)
class KeptHere:
    """The result of a call in this process, with the arguments that it was called with."""

    result: Any
    arguments: tuple[Any, ...]

    def look_at_all(self, kept: Sequence[Any]) -> list[Returned | None]:
        return [look(each.result, each.arguments) for each in kept]


@dataclass(frozen=True)
class Bench:
    """Where checks run a subject. Every call sees fresh arguments unless it is given some."""

    contract: Contract
    function: Callable[..., Any]
    device: Device
    profile: Profile = field(default_factory=lambda: Profile("gate", "", 0, 0, 0.0))
    """How thoroughly it is asked, as far as a check has to know."""
    late: LateWrites = field(default_factory=LateWrites)
    """Finds results that change after a call."""
    captured: CapturedCalls | None = None
    """Calls that cases name, if there are any."""
    used: BudgetUsed = field(default_factory=BudgetUsed)
    """How much of their budgets the outputs of a case use."""

    def build(self, case: Case) -> Built:
        device = getattr(self.device, "built_on", self.device.torch_device)
        if is_captured(case):
            return built_from(self.contract, case, self.captured, device)
        return build(self.contract, case, device)

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
        self.late.look()
        for argument in self.contract.passed_outputs:
            if argument.name in built.buffers:
                fill_bytes(built.buffers[argument.name].tensor, poison)
        originals = tuple(
            a.detach().cpu().clone() if isinstance(a, torch.Tensor) else a for a in built.arguments
        )
        call: Callable[..., Outcome] = self.device.call
        if unwritten is not None:
            call = partial(call, unwritten=unwritten)
        passed = self._passed(built.arguments)
        outcome = call(self.function, passed, poison)
        if outcome.returned is None and outcome.raised is None:
            result = outcome.result
            outcome = replace(
                outcome,
                returned=look(result, passed),
                spans=spans_of(passed),
                kept=KeptHere(result, passed),
            )
        outcome = replace(outcome, violations=self._named(outcome.violations))
        trial = Trial(
            self.contract, case, built, originals, outcome, self.device.torch_device, self.used
        )
        self.late.add(trial)
        return trial

    def _named(self, violations: Sequence[Violation]) -> tuple[Violation, ...]:
        """With the names of arguments where a device knows their places only."""
        names = {argument_label(n): a.name for n, a in enumerate(self.contract.arguments)}
        return tuple(replace(v, argument=names.get(v.argument, v.argument)) for v in violations)

    def rehearse(self, case: Case, only: bool = False) -> None:
        """Note what the call of a case launches; it is run only if a rehearsal does not suffice.

        With ``only`` it is never run.
        """
        rehearse = getattr(self.device, "rehearse", None)
        built = self.build(case)
        if rehearse is not None:
            with during(self.device, self.contract, case, rehearsed=True):
                if rehearse(self.function, self._passed(built.arguments)) or only:
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
