"""The CPU as a device."""

from collections.abc import Callable, Sequence
from typing import Any

from conformance.catalogue.devices import DeviceUnavailable
from conformance.execution.outcome import Outcome
from conformance.execution.watched import watched
from conformance.lockstep import lockstep


class LockstepCPU:
    """The CPU: eager torch as it is, Triton kernels in lockstep, with their memory report.

    ``configuration``: the one that autotuned kernels run with, counted from 0 as they list them;
    None for the first that their pruning leaves. Where a kernel has no such configuration, the
    answer is that this is not supported.

    Raises :class:`DeviceUnavailable` for any ordinal but 0: torch knows one CPU.
    """

    torch_device = "cpu"
    mode = "cpu, Triton emulated in lockstep"

    def __init__(self, ordinal: int = 0, configuration: int | None = None) -> None:
        if ordinal:
            raise DeviceUnavailable(f"torch knows one cpu device, there is no cpu:{ordinal}")
        self._configuration = configuration
        if configuration is not None:
            self.mode = f"{self.mode}, configuration {configuration} of autotuned kernels"

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        with lockstep(self._configuration, poison=poison) as session:
            return watched(function, arguments, session, session.written)
