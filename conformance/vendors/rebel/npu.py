"""RBLN NPUs: subjects compiled by the vendor's compiler and run there.

Nothing here has run on an NPU. Public code says:

* An operator that only compiles must be called inside of a graph which `torch.compile` gives to the
  backend "rbln". A call outside of one returns uninitialised memory.
* The compiler falls back to such a call unless its mode is "strict".
* Tensors on torch-rbln's device "rbln" hold the state that kernels change.
* How to ask for a driver, and for the name of an NPU.

Unknown: an operator here declares no mutation. A compiled graph may then write to the state that it
is given, or only to state that was registered with the compiler by address.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.catalogue.devices import DeviceUnavailable
from conformance.execution.describe import describe
from conformance.execution.outcome import Outcome
from conformance.torch_internals import recompiling
from conformance.vendors.rebel.install import is_real

_RECOMPILATIONS = 1 << 16


class RblnNPU:
    """An NPU, through `rebel` and torch-rbln.

    Arguments are built on the CPU. They are copied to the NPU for a call and back after it, into
    the same tensors, so that state which the subject changed can be read. ``poison`` has no effect:
    the NPU's fresh memory is out of reach. Raises :class:`DeviceUnavailable` if the compiler, its
    driver, an NPU, or torch-rbln is missing, and for an ordinal: which of several NPUs a compiled
    graph runs on cannot be chosen here.
    """

    torch_device = "cpu"
    memory = "rbln"
    """The device type of torch-rbln."""

    def __init__(self, ordinal: int | None = None) -> None:
        if ordinal is not None:
            raise DeviceUnavailable(f"rbln:{ordinal}: which NPU runs a graph cannot be chosen here")
        self.mode = f"rbln, {_npu_name()}"
        backend = getattr(torch, self.memory, None)
        if backend is None or not backend.is_available():
            raise DeviceUnavailable(
                "torch-rbln gives torch no device: without it the state that a kernel changes"
                " cannot be read back"
            )

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        try:
            there = [self._send(argument) for argument in arguments]
            with (
                torch.no_grad(),
                recompiling(_RECOMPILATIONS),
            ):
                result = _compiled(function)(*there)
            for argument, sent in zip(arguments, there, strict=True):
                if sent is not argument:
                    argument.copy_(sent.cpu())
            return Outcome(_to_cpu(result))
        except (Exception, SystemExit) as error:  # whatever a subject raises is its answer
            return Outcome(raised=describe(error))

    def _send(self, argument: Any) -> Any:
        # Scalars are constants to the compiler and stay.
        if not isinstance(argument, torch.Tensor) or argument.dim() == 0:
            return argument
        return argument.clone().to(self.memory)


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    def subject(*arguments: Any) -> Any:
        return function(*arguments)

    options: Any = {"mode": ["strict"]}
    return torch.compile(subject, backend="rbln", fullgraph=True, dynamic=False, options=options)


def _to_cpu(result: Any) -> Any:
    if isinstance(result, tuple | list):
        return type(result)(map(_to_cpu, result))
    return result.cpu() if isinstance(result, torch.Tensor) else result


def _npu_name() -> str:
    if not is_real():
        raise DeviceUnavailable("the package rebel (compiler of RBLN NPUs) is not installed")
    try:
        rebel = importlib.import_module("rebel")
        backends = importlib.import_module("rebel.triton.backends").backends
        active = backends["rebel"].driver.is_active()
        name = rebel.get_npu_name() if active else None
    except Exception as error:
        reason = f"rebel cannot say whether there is an NPU: {type(error).__name__}: {error}"
        raise DeviceUnavailable(reason) from error
    if not active:
        raise DeviceUnavailable("rebel finds no active driver of an RBLN NPU")
    if not name:
        raise DeviceUnavailable("rebel finds no RBLN NPU")
    return str(name)
