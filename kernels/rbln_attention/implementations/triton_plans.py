"""Plans of calls: all that follows from shapes, strides and dtypes, found out once.

A model makes the same calls in every layer and step. What is checked, which launch shape is taken,
grids, strides and constants, and even what Triton has compiled, are the same each time.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

import torch
import triton
from triton.runtime import jit

from ..launch_shapes import LaunchShape
from .calls import Paged, Window
from .triton_launch import is_aligned, is_plain

# Without it every launch goes through Triton.
_COMPILED = getattr(triton.compiler, "CompiledKernel", ())

MOST_PLANS = 1024

_plans: dict[Hashable, Any] = {}

Call = TypeVar("Call", Paged, Window)
Plan = TypeVar("Plan")


class Launch:
    """A launch of a kernel that takes its tensors first, then its numbers, then its constants."""

    __slots__ = ("compiled", "constants", "grid", "kernel", "numbers", "values")

    def __init__(
        self,
        kernel: Any,
        grid: tuple[int, int, int],
        numbers: tuple[int, ...],
        constants: Mapping[str, Any],
    ) -> None:
        self.kernel, self.grid, self.numbers, self.constants = kernel, grid, numbers, constants
        self.values = tuple(constants[name] for name in kernel.arg_names if name in constants)
        self.compiled: Any = None
        """What Triton compiled; None before there was a launch."""

    def run(self, *tensors: torch.Tensor | None) -> None:
        """Launch on the current device.

        Triton spends most of a small launch on finding what it has compiled, from all that it knows
        of the arguments. For tensors of a plan it finds the same each time; so that is called, as
        Triton's tutorials call what a warm-up returns. What Triton is set to later has no effect on
        it. Where launches are watched, by replacing `JITFunction.run` or by hooks of the kernel,
        each goes through Triton.
        """
        first = tensors[0]
        if first is None or not is_plain(first):
            # Tensors of a trace. The wrapper costs a millisecond of dispatch for each launch.
            kernel = torch.library.wrap_triton(self.kernel)
            kernel[self.grid](*tensors, *self.numbers, **self.constants)
            return
        repeats = _unwatched(self.kernel)
        if repeats and self.compiled is not None:
            self.compiled[self.grid](*tensors, *self.numbers, *self.values)
            return
        compiled = launcher(self.kernel)[self.grid](*tensors, *self.numbers, **self.constants)
        if repeats and isinstance(compiled, _COMPILED):
            self.compiled = compiled


def launcher(kernel: Any) -> Any:
    """What launches a kernel that Triton is asked for."""
    return kernel


def planned(
    call: Call,
    shape: LaunchShape | None,
    check: Callable[[Call], None],
    check_values: Callable[[Call], None],
    make: Callable[[Call, LaunchShape | None], Plan],
) -> Plan:
    """The plan that `make` makes for a call that `check` lets pass; next time `check_values` does.

    Raises as these do.
    """
    key = _metadata(call)
    plan: Plan | None = None if key is None else _plans.get((key, shape))
    if plan is not None:
        check_values(call)
        return plan
    check(call)
    plan = make(call, shape)
    if key is not None:
        if len(_plans) >= MOST_PLANS:
            _plans.clear()
        _plans[key, shape] = plan
    return plan


def _metadata(call: Paged | Window) -> Hashable:
    """All that a plan follows from; None for tensors that are not plain, or under a compiler."""
    if torch.compiler.is_compiling():
        return None
    seen: list[Hashable] = [type(call)]
    for value in vars(call).values():
        if type(value) is torch.Tensor:
            seen += (value.shape, value.stride(), value.dtype, value.device, value.is_neg(),
                     is_aligned(value))  # fmt: skip
        elif value is None or isinstance(value, bool):
            seen.append(value)
        else:
            return None
    return tuple(seen)


def _unwatched(kernel: Any) -> bool:
    """Whether launches go straight to Triton's own `JITFunction.run`."""
    run = getattr(type(kernel).run, "__globals__", None)
    return run is vars(jit) and not kernel.pre_run_hooks
