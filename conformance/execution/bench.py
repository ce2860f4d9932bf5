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
from conformance.execution.remarks import Remarks
from conformance.execution.trial import Trial
from conformance.execution.ways.names import Way
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
    remarks: Remarks = field(default_factory=Remarks)
    """What checks learn on the way; it is told with the verdict."""

    def build(self, case: Case) -> Built:
        device = getattr(self.device, "built_on", self.device.torch_device)
        if is_captured(case):
            return built_from(self.contract, case, self.captured, device)
        return build(self.contract, case, device)

    def run(self, case: Case, poison: int = ZERO, way: Way | None = None) -> Trial:
        """Build a case, call the subject, keep everything."""
        built = self.build(case)
        with during(self.device, self.contract, case):
            return self.call(case, built, poison, way=way)

    def has(self, *ways: Way) -> bool:
        """Whether the device calls subjects in all these ways, beside the plain call."""
        offered = getattr(self.device, "ways", None)
        return offered is not None and set(ways) <= set(offered.names)

    @property
    def finds_unwritten(self) -> bool:
        """Whether ``call`` can say what reads of unwritten bytes find."""
        return getattr(self.device, "finds_unwritten", False)

    def call(
        self, case: Case, built: Built, poison: int = ZERO, unwritten: Unwritten | None = None,
        way: Way | None = None,
    ) -> Trial:  # fmt: skip
        """Call the subject with arguments that exist already.

        Fresh memory and the tensors that outputs are written into hold the byte ``poison``. Reads
        of unwritten bytes that ``unwritten`` names find its poison instead. ``way`` is how it is
        called, one that the device ``has``; None for the plain call.
        """
        self.late.look()
        originals = self._originals(built, poison)
        call: Callable[..., Outcome] = self.device.call
        if way is not None:
            call = partial(self.device.ways.call, way)  # type: ignore[attr-defined]
        elif unwritten is not None:
            call = partial(call, unwritten=unwritten)
        passed = self.passed(built.arguments)
        trial = self._trial(case, built, originals, call(self.function, passed, poison))
        self.late.add(trial)
        return trial

    def together(self, calls: Sequence[tuple[Case, Built]], poison: int = ZERO) -> list[Trial]:
        """Call the subject several times at once, on streams of the device."""
        originals = [self._originals(built, poison) for _, built in calls]
        passed = [self.passed(built.arguments) for _, built in calls]
        outcomes = self.device.ways.together(self.function, passed, poison)  # type: ignore[attr-defined]
        return [
            self._trial(case, built, before, outcome)
            for (case, built), before, outcome in zip(calls, originals, outcomes, strict=True)
        ]

    def _originals(self, built: Built, poison: int) -> tuple[Any, ...]:
        """Copies of the arguments; tensors that outputs are written into get their poison."""
        for argument in self.contract.passed_outputs:
            if argument.name in built.buffers:
                fill_bytes(built.buffers[argument.name].tensor, poison)
        return tuple(
            a.detach().cpu().clone() if isinstance(a, torch.Tensor) else a for a in built.arguments
        )

    def _trial(
        self, case: Case, built: Built, originals: tuple[Any, ...], outcome: Outcome
    ) -> Trial:
        passed = self.passed(built.arguments)
        if outcome.returned is None and outcome.raised is None:
            result = outcome.result
            outcome = replace(
                outcome,
                returned=look(result, passed),
                spans=spans_of(passed),
                kept=KeptHere(result, passed),
            )
        outcome = replace(outcome, violations=self._named(outcome.violations))
        return Trial(
            self.contract, case, built, originals, outcome, self.device.torch_device, self.used
        )

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
                if rehearse(self.function, self.passed(built.arguments)) or only:
                    return
            built = self.build(case)
        with during(self.device, self.contract, case):
            self.call(case, built)

    def passed(self, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
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
