"""What a launch returns: the place of the kernel that Triton would have compiled for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conformance.lockstep.machine import UnsupportedFeature
from conformance.triton_internals import kernel_name, parameters


class EmulatedKernel:
    """Stands in for a compiled kernel: it can be launched again, and holds no code.

    Callers keep it to launch without Triton's lookups: ``kernel[grid](*arguments)``. ``bound`` are
    the arguments of the launch that it comes from; its constexpr ones stay. ``launch`` is called
    with the jitted kernel, a grid and arguments by name. Anything else that a compiled kernel
    tells, such as registers or shared memory, raises ``UnsupportedFeature``.
    """

    def __init__(self, kernel: Any, bound: dict[str, Any], launch: Callable[..., Any]):
        self._kernel, self._launch = kernel, launch
        self._constants = {
            name: bound[name] for name, is_constexpr, _ in parameters(kernel) if is_constexpr
        }
        self.name = kernel_name(kernel).rpartition(".")[2]

    def __getitem__(self, grid: Any) -> Callable[..., None]:
        return lambda *arguments, stream=None: self._launch(
            self._kernel, grid, (), self._named(arguments)
        )

    def _named(self, arguments: tuple) -> dict[str, Any]:
        every = [name for name, _, _ in parameters(self._kernel)]
        free = [name for name in every if name not in self._constants]
        names = every if len(arguments) == len(every) else free
        if len(names) != len(arguments):
            raise TypeError(
                f"compiled {self.name} takes {len(every)} arguments by position, or the "
                f"{len(free)} that are no constexpr; {len(arguments)} were given"
            )
        return dict(zip(names, arguments, strict=True)) | self._constants

    def _init_handles(self) -> None:
        """Compiled kernels are loaded onto a device by this."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise UnsupportedFeature(f"{name!r} of a compiled kernel")
