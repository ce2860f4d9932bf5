"""The call of an accelerator's subject on the CPU, in lockstep, with the same bits."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import torch

from conformance.execution.cpu import LockstepCPU
from conformance.execution.outcome import Outcome
from conformance.execution.ways.instructions import reasons_in
from conformance.triton_launches import compiled_forms, counted


class Emulation:
    """Runs calls whose arguments are on ``device`` on the CPU, and leaves there what they left."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._cpu: LockstepCPU | None = None

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        """The outcome, with its results on the device. ``launches`` counts Triton's launches, and
        it is told what instructions the same kernels consist of where they have been compiled.
        """
        if self._cpu is None:
            self._cpu = LockstepCPU()
        twins = [_twin(each) if isinstance(each, torch.Tensor) else each for each in arguments]
        kernels: list[Any] = []

        def noted(*passed: Any) -> Any:
            with counted(kernels.append, lambda run: run):
                return function(*passed)

        outcome = self._cpu.call(noted, twins, poison)
        for own, twin in zip(arguments, twins, strict=True):
            if isinstance(own, torch.Tensor):
                _window(own).copy_(_window(twin))
        if outcome.raised is not None:
            return outcome
        forms = [form for kernel in dict.fromkeys(kernels) for form in compiled_forms(kernel)]
        return replace(
            outcome,
            result=self._moved(outcome.result, arguments, twins),
            written=(),
            told={"kernels": len(forms), "reasons": reasons_in(forms)},
        )

    def _moved(self, result: Any, arguments: Sequence[Any], twins: Sequence[Any]) -> Any:
        """A result on the device; what is an argument there is the argument."""
        if isinstance(result, tuple | list):
            items = [self._moved(each, arguments, twins) for each in result]
            return tuple(items) if isinstance(result, tuple) else items
        if not isinstance(result, torch.Tensor):
            return result
        for own, twin in zip(arguments, twins, strict=True):
            if isinstance(twin, torch.Tensor) and _is_same(result, twin):
                return own
        return result.to(self._device)


def _window(tensor: torch.Tensor) -> torch.Tensor:
    """Everything between the first and the last element, in one dimension."""
    if not tensor.numel():
        return tensor.detach().reshape(-1)
    reach = sum((n - 1) * s for n, s in zip(tensor.shape, tensor.stride(), strict=True))
    return tensor.detach().as_strided((reach + 1,), (1,), tensor.storage_offset())


def _twin(tensor: torch.Tensor) -> torch.Tensor:
    """The same bits in the same layout on the CPU, in memory of its own."""
    if not tensor.numel():
        return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype)
    return _window(tensor).cpu().clone().as_strided(tensor.shape, tensor.stride())


def _is_same(tensor: torch.Tensor, own: torch.Tensor) -> bool:
    return (
        tensor.layout is torch.strided
        and (tensor.shape, tensor.dtype) == (own.shape, own.dtype)
        and tensor.numel() > 0
        and tensor.data_ptr() == own.data_ptr()
    )
