"""One call of a subject: what it was given, and what came of it."""

from dataclasses import dataclass, replace
from typing import Any

import torch

from conformance.case import Case
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind
from conformance.events.verdict import SubjectUnsupported
from conformance.execution.outcome import Outcome
from conformance.inputs.build import Built
from conformance.judge.judge import JudgeScope, judge
from conformance.judge.used import BudgetUsed
from conformance.tensors.returned import Returned, ReturnedTensor


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
    used: BudgetUsed | None = None
    """Is told how much of their budgets the outputs use."""

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
        found = {name: t.value for name, t in self.returned.items() if t.value is not None}
        passed = {argument.name for argument in self.contract.passed_outputs}
        return found | {n: t for n, t in self.written.items() if n in passed}

    @property
    def returned(self) -> dict[str, ReturnedTensor]:
        """The outputs by name that the subject returned, as far as they are tensors."""
        return self._named(self.outcome.returned)

    def looked_again(self, now: Returned | None = None) -> dict[str, torch.Tensor]:
        """The returned outputs by name, as they are now; ``now`` is what was seen, if it is there.

        Those of a process that is gone are as they were.
        """
        if now is None and (kept := self.outcome.kept) is not None:
            (now,) = kept.look_at_all([kept])
        named = self._named(now or self.outcome.returned)
        return {name: t.value for name, t in named.items() if t.value is not None}

    def _named(self, returned: Returned | None) -> dict[str, ReturnedTensor]:
        items = (returned and returned.items) or ()
        return {
            output.name: item
            for output, item in zip(self.contract.returned, items, strict=False)
            if isinstance(item, ReturnedTensor)
        }

    def findings(self, scope: JudgeScope = JudgeScope.ALL) -> list[Finding]:
        """What is wrong with the answer, the exception instead of one included.

        States are judged as they are now: ask before anything else writes to them. A clear refusal
        is right where an optional tensor is given that an implementation may lack.

        Raises :class:`NotSupported` if the device, not the subject, gave up, and
        :class:`~conformance.contract.ContractMistake` if the reference goes wrong.
        """
        if raised := self.outcome.raised:
            if raised.unsupported:
                raise SubjectUnsupported(str(raised))
            if raised.is_refusal and self._refusable():
                return []
            return [
                Finding(
                    "call", "raised instead of answering", str(raised), where=raised.place,
                    kind=Kind.RAISED, line=raised.place, cause=raised.cause or raised.type,
                )
            ]  # fmt: skip
        found = judge(
            self.contract,
            self.case.axes,
            self.originals,
            self.outcome.returned,
            self.device,
            self.written,
            scope,
            self.used,
        )
        if found and self.outcome.violations:
            place = f"{found[0].where}; seen in memory: {self.outcome.violations[0]}"
            found[0] = replace(found[0], where=place.removeprefix("; "))
        return found

    def _refusable(self) -> bool:
        given = self.built.buffers
        return any(a.refusable and a.name in given for a in self.contract.tensors)
