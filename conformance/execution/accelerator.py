"""GPUs that torch knows, as devices."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.catalogue.devices import DeviceUnavailable
from conformance.execution.describe import describe
from conformance.execution.device_lost import DeviceLost
from conformance.execution.outcome import Outcome
from conformance.execution.overruns import violations_of
from conformance.execution.ways.ways import Ways
from conformance.memory.arena import Arena
from conformance.memory.guarded_calls import GuardedCalls
from conformance.memory.undefined import Undefined
from conformance.memory.violation import argument_label
from conformance.targets.builder import Builder
from conformance.targets.launched import LaunchLog
from conformance.triton_launches import noted, rehearsed

SPARE_BYTES = 2**31
"""Memory of an accelerator that torch may keep for later calls."""


class Accelerator:
    """A GPU that torch knows: kernels are compiled and run there.

    ``kind`` is torch's device type, ``ordinal`` which device of that type (None: torch's current
    one). Every call runs with this device as torch's current one, so that a subject which launches
    on the current device launches on this. Memory that a large case took is given back before the
    next one: others may share the device.

    Raises :class:`DeviceUnavailable` if torch finds no device of that type, or fewer of them.
    """

    compiles = True
    """A launch of a Triton kernel waits until its signature is compiled."""

    def __init__(self, kind: str, ordinal: int | None = None) -> None:
        module = getattr(torch, kind, None)
        if module is None or not module.is_available():
            raise DeviceUnavailable(f"torch {torch.__version__} finds no {kind} device")
        count = module.device_count()
        self._ordinal = module.current_device() if ordinal is None else ordinal
        if self._ordinal >= count:
            devices = f"{count} {kind} device{'s' if count != 1 else ''}, counted from 0"
            raise DeviceUnavailable(f"there is no {kind}:{ordinal}: torch finds {devices}")
        self.torch_device = f"{kind}:{self._ordinal}"
        asked = kind if ordinal is None else self.torch_device
        self.mode = f"{asked}, {module.get_device_name(self._ordinal)}"
        self._module = module
        self.launched = LaunchLog()
        self.builder = Builder(self.launched)
        self.arena = Arena(self.torch_device)
        self.ways = Ways(self.call, self.call_unguarded, module, self.torch_device)

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        with self._module.device(self._ordinal):
            return self._call(function, arguments, GuardedCalls(self.arena, poison))

    def call_unguarded(
        self, function: Callable[..., Any], arguments: Sequence[Any], poison: int
    ) -> Outcome:
        """The same with new tensors where torch puts them: guarded memory knows neither the streams
        that use it nor the graphs that use it again."""
        with self._module.device(self._ordinal):
            return self._call(function, arguments, Undefined(poison=poison, track=False))

    def _call(
        self, function: Callable[..., Any], arguments: Sequence[Any], memory: Undefined
    ) -> Outcome:
        here, module = self._ordinal, self._module
        if module.memory_reserved(here) - module.memory_allocated(here) > SPARE_BYTES:
            module.empty_cache()
        kernels: list[Any] = []

        def note(kernel: Any, *launch: Any) -> None:
            kernels.append(kernel)
            if (launched := self.launched.note(kernel, *launch)) is not None:
                self.builder.claim(launched)

        with memory, noted(note):
            try:
                result = function(*arguments)
                module.synchronize(here)
            except (Exception, SystemExit) as error:  # whatever a subject raises is its answer
                self._survive(error)
                return Outcome(raised=describe(error), launches=len(kernels))
            finally:
                self.builder.release()
        violations = violations_of(self.arena.overruns(), kernels)
        return Outcome(result, violations=violations, launches=len(kernels))

    def storage(self, size: int, place: int) -> torch.UntypedStorage:
        """Guarded memory for the argument at a place of the call."""
        return self.arena.storage(size, argument_label(place))

    def rehearse(self, function: Callable[..., Any], arguments: Sequence[Any]) -> bool:
        """Note what a call launches, without launching it; whether the call came to its end.

        Everything else that the subject does, it does: a subject that reads what a kernel should
        have written reads zeros.
        """
        with (
            self._module.device(self._ordinal),
            Undefined(poison=0, track=False),
            rehearsed(self.launched.note),
        ):
            try:
                function(*arguments)
                self._module.synchronize(self._ordinal)
            except (Exception, SystemExit) as error:  # such a call tells nothing
                self._survive(error)
                return False
        return True

    def _survive(self, error: BaseException) -> None:
        try:
            self._module.synchronize(self._ordinal)
        except Exception as lost:
            first = str(error).partition("\n")[0]
            raise DeviceLost(f"{type(error).__name__}: {first}") from lost


def cuda(ordinal: int | None = None) -> Accelerator:
    """A GPU of NVIDIA, or of AMD with a ROCm build of torch."""
    return Accelerator("cuda", ordinal)


def xpu(ordinal: int | None = None) -> Accelerator:
    """A GPU of Intel."""
    return Accelerator("xpu", ordinal)
