"""Where subjects run, and how a call is carried out and watched there."""

import traceback
from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import torch
import triton

import conformance
from conformance.execution.outcome import Outcome, Raised
from conformance.lockstep import lockstep
from conformance.memory.undefined import Undefined
from conformance.memory.unsupported import UnsupportedFeature


class DeviceUnavailable(Exception):
    """The device is not there; the message says what is missing."""


class DeviceLost(BaseException):
    """The device cannot be used any more by this process, after a call of the subject.

    Nothing below the one who asks may catch it: whatever ran next would fail for the same reason.
    ``faulted`` is true if the device says that a kernel did something that it must not do.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.faulted = any(words in message for words in _KERNEL_FAULTS)


_KERNEL_FAULTS = (
    "illegal memory access",
    "misaligned address",
    "illegal instruction",
    "invalid program counter",
    "device-side assert",
    "unspecified launch failure",
)
"""What CUDA and HIP say of a device that a kernel has brought down."""


class Device(Protocol):
    """Where subjects run. ``kind`` is torch's device type, ``mode`` what reports call it."""

    kind: str
    mode: str

    @abstractmethod
    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        """Call a subject with fresh memory filled with the byte ``poison``."""


class Watching(Protocol):
    """What a session knows of the launches that happened while it was open."""

    @property
    def violations(self) -> tuple[Any, ...]: ...

    @property
    def launch_count(self) -> int: ...


def watched(
    function: Callable[..., Any],
    arguments: Sequence[Any],
    session: Watching,
    written: Callable[[torch.Tensor], torch.Tensor],
) -> Outcome:
    """Call a subject while a session is open, and tell what it saw.

    ``written`` says which elements of a result were written.
    """
    try:
        result = function(*arguments)
    except (Exception, SystemExit) as error:  # whatever a subject raises is its answer
        return Outcome(
            raised=describe(error),
            violations=session.violations,
            launches=session.launch_count,
        )
    return Outcome(
        result,
        violations=session.violations,
        launches=session.launch_count,
        written=tuple(
            written(tensor) if tensor.layout is torch.strided else None
            for tensor in Outcome(result).tensors
        ),
    )


class LockstepCPU:
    """The CPU: eager torch as it is, Triton kernels in lockstep, with their memory report."""

    kind = "cpu"
    mode = "cpu, Triton emulated in lockstep"

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        with lockstep(poison=poison) as session:
            return watched(function, arguments, session, session.written)


SPARE_BYTES = 2**31
"""Memory of an accelerator that torch may keep for later calls."""


class Accelerator:
    """A GPU that torch knows: kernels are compiled and run there.

    Memory that a large case took is given back before the next one: others may share the device.
    """

    def __init__(self, kind: str) -> None:
        module = getattr(torch, kind, None)
        if module is None or not module.is_available():
            raise DeviceUnavailable(f"torch {torch.__version__} finds no {kind} device")
        self.kind = kind
        self.mode = f"{kind}, {module.get_device_name()}"
        self._module = module

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        if self._module.memory_reserved() - self._module.memory_allocated() > SPARE_BYTES:
            self._module.empty_cache()
        with Undefined(poison=poison):
            try:
                result = function(*arguments)
                self._module.synchronize()
            except (Exception, SystemExit) as error:  # whatever a subject raises is its answer
                self._survive(error)
                return Outcome(raised=describe(error))
        return Outcome(result)

    def _survive(self, error: BaseException) -> None:
        try:
            self._module.synchronize()
        except Exception as lost:
            first = str(error).partition("\n")[0]
            raise DeviceLost(f"{type(error).__name__}: {first}") from lost


def open_device(kind: str) -> Device:
    """The device called ``kind``: ``cpu``, ``cuda`` (ROCm too) or ``xpu``.

    Raises :class:`DeviceUnavailable`.
    """
    return LockstepCPU() if kind == "cpu" else Accelerator(kind)


_OURS = (
    str(Path(conformance.__file__).parent),
    *(str(Path(module.__file__ or "").parent) for module in (torch, triton)),
)


def describe(error: BaseException) -> Raised:
    """An exception as plain text, with the innermost place outside torch, triton and the suite."""
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if not frame.filename.startswith(_OURS):
            place = f"{frame.filename}:{frame.lineno}"
    try:
        message = str(error).strip() or "no message"
    except Exception:  # an exception of the subject's own may not even print
        message = "no message"
    return Raised(type(error).__name__, message, place, isinstance(error, UnsupportedFeature))
