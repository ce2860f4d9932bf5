"""The CPU as a device."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.catalogue.devices import DeviceUnavailable
from conformance.execution.outcome import Outcome
from conformance.execution.watched import watched
from conformance.lockstep import lockstep
from conformance.memory.unwritten import Unwritten
from conformance.targets.builder import Builder
from conformance.targets.launched import LaunchLog


class LockstepCPU:
    """The CPU: eager torch as it is, Triton kernels in lockstep, with their memory report.

    ``configuration``: the one that autotuned kernels run with, counted from 0 as they list them;
    None for the first that their pruning leaves. Where a kernel has no such configuration, the
    answer is that this is not supported.

    Raises :class:`DeviceUnavailable` for any ordinal but 0: torch knows one CPU.
    """

    torch_device = "cpu"
    finds_unwritten = True
    """``call`` takes what reads of unwritten bytes find."""
    mode = "cpu, Triton emulated in lockstep"

    def __init__(self, ordinal: int = 0, configuration: int | None = None) -> None:
        if ordinal:
            raise DeviceUnavailable(f"torch knows one cpu device, there is no cpu:{ordinal}")
        self._configuration = configuration
        if configuration is not None:
            self.mode = f"{self.mode}, configuration {configuration} of autotuned kernels"
        self.launched = LaunchLog()
        self.builder = Builder(self.launched)

    def call(
        self,
        function: Callable[..., Any],
        arguments: Sequence[Any],
        poison: int,
        unwritten: Unwritten | None = None,
    ) -> Outcome:
        tensors = [each for each in arguments if isinstance(each, torch.Tensor)]
        alone = [each for each in tensors if each.layout is torch.strided and not each.is_meta]
        with lockstep(
            self._configuration,
            poison=poison,
            heard=self.launched.note,
            unwritten=unwritten,
            alone=alone,
        ) as session:
            return watched(function, arguments, session, session.written)

    def rehearse(self, function: Callable[..., Any], arguments: Sequence[Any]) -> bool:
        """Note what a call launches, without running it; whether the call came to its end.

        What the subject's own Python code does, it does: a subject that reads what a kernel should
        have written reads zeros.
        """
        with lockstep(poison=0, heard=self.launched.note, rehearsed=True):
            try:
                function(*arguments)
            except (Exception, SystemExit):  # a call that does not come to its end tells nothing
                return False
        return True
