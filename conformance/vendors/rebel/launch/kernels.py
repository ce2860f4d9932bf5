"""`rebel.triton.jit`: kernels whose `warmup`, unlike the compiler's, runs them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import torch

from conformance.torch_internals import without_watch
from conformance.vendors.rebel.memory.argument import Argument
from conformance.vendors.rebel.values.tensor import Tensor
from conformance.vendors.rebel.watching.report import BrokenRules
from conformance.vendors.rebel.watching.running import RunningKernel, running, unsupported
from conformance.vendors.rebel.watching.session import open_session


class Kernel:
    """A function decorated with ``jit``."""

    def __init__(self, function: Callable[..., Any]):
        self.fn = function
        self.__name__ = function.__name__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self._signature = inspect.signature(function)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Inside a kernel: call this one as a function."""
        return self.fn(*arguments, **keywords)

    def __getitem__(self, grid: Any) -> Any:
        raise unsupported("a launch by kernel[grid](...)")

    def warmup(
        self, *args: Any, grid: Any = (1,), host_layout: str | None = None, **keywords: Any
    ) -> Kernel:
        """Run the kernel on ``args``, in the order of its parameters; returns the kernel. B.

        Tensors must be on the CPU. A tensor of rank 0 arrives as a value, any other as a pointer to
        its elements in row-major order. A tensor that is laid out otherwise is copied, and copied
        back if the kernel wrote to it. Nothing runs if an argument is a fake or meta tensor, as
        when a graph is traced. Nor does
        anything in a session that does not run kernels. ``host_layout`` has no effect (C).

        Raises whatever the kernel raises, ``BrokenRules`` after it if no session listens, and
        ``UnsupportedFeature``.
        """
        if tuple(grid) != (1,) * len(tuple(grid)):
            raise unsupported(f"a grid of more than one program: {grid}")
        bound = self._signature.bind(*args, **keywords).arguments
        tensors = [value for value in bound.values() if isinstance(value, torch.Tensor)]
        session = open_session()
        runs = session is None or session.runs
        if runs and not any(_is_traced(tensor) for tensor in tensors):
            self._run(bound)
        return self

    def _run(self, bound: dict[str, Any]) -> None:
        session = open_session()
        rest = session.rest if session else 0.0
        kernel = RunningKernel(self.__name__, rest, module=self.__module__)
        tracker = session.undefined if session else None
        try:
            with torch.no_grad(), without_watch(), running(kernel):
                passed = {name: _arrive(name, value, tracker) for name, value in bound.items()}
                self.fn(**passed)
                for name, value in passed.items():
                    if isinstance(value, Argument) and value.stored:
                        _return(value, bound[name], tracker)
        finally:
            if session:
                session.note(kernel, kernel.report.violations)
        if not session and kernel.report.violations:
            raise BrokenRules(kernel.report.violations)


def jit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Decorator that makes a :class:`Kernel`. Raises ``UnsupportedFeature`` for options."""
    if options:
        raise unsupported(f"jit with {', '.join(options)}")
    return jit if function is None else Kernel(function)


def cdiv(dividend: int, divisor: int) -> int:
    """Quotient rounded up."""
    return -(-dividend // divisor)


def next_power_of_2(number: int) -> int:
    """The smallest power of 2 that is not below ``number``."""
    return 1 << (number - 1).bit_length()


def _is_traced(tensor: torch.Tensor) -> bool:
    return type(tensor) not in (torch.Tensor, torch.nn.Parameter) or tensor.device.type == "meta"


def _arrive(name: str, value: Any, tracker: Any) -> Any:
    if not isinstance(value, torch.Tensor):
        return value
    if value.device.type != "cpu":
        raise ValueError(f"the emulation runs on CPU tensors, {name} is on {value.device}")
    if value.dim() == 0:
        return Tensor(value)
    written = None
    if tracker is not None and tracker.shadow(value) is not None:
        written = tracker.written(value).reshape(-1)
    return Argument(name, value.detach().contiguous(), written)


def _return(argument: Argument, tensor: torch.Tensor, tracker: Any) -> None:
    if argument.tensor.data_ptr() != tensor.data_ptr() or not tensor.is_contiguous():
        tensor.copy_(argument.tensor)
    if argument.written is not None:
        tracker.defined_where(tensor, argument.written.view(tensor.shape))
