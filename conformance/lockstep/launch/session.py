"""The session: while it is open, kernel launches run in lockstep."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import torch

from conformance.lockstep.launch.autotune import Tuning
from conformance.lockstep.launch.binding import bind
from conformance.lockstep.launch.compiled import EmulatedKernel
from conformance.lockstep.launch.history import KernelHistory
from conformance.lockstep.launch.launch import launch
from conformance.lockstep.launch.record import Launch
from conformance.memory.addresses import Addresses
from conformance.memory.sessions import OneAtATime, WatchedLaunches
from conformance.memory.undefined import Undefined
from conformance.torch_internals import without_watch
from conformance.triton_internals import redirected

#: Threads may launch; one launch runs at a time. A hook of a launch may launch as well.
_running = threading.RLock()
_open = OneAtATime("a lockstep session")
#: By identity, since hashing a kernel walks its sources; the kernel is kept with it.
_histories: dict[int, tuple[Any, KernelHistory]] = {}


class Session(WatchedLaunches[Launch]):
    """What ``lockstep()`` returns; see there."""

    def __init__(
        self,
        config: int | None,
        chunk: int | None,
        poison: int | None,
        track_undefined: bool,
        memory: Sequence[torch.Tensor],
    ):
        super().__init__()
        if chunk is not None and chunk < 1:
            raise ValueError(f"chunk must be at least 1, not {chunk}")
        self._chunk, self._memory = chunk, tuple(memory)
        self._tuning = Tuning(config, _running)
        self._undefined = Undefined(poison, track_undefined)
        self._intercepts = poison is not None or track_undefined
        self._addresses = Addresses()
        self._stack = ExitStack()

    def __enter__(self) -> Session:
        _open.take()
        try:
            self._stack.callback(_open.give_back)
            self._stack.enter_context(self._redirected())
            self._stack.enter_context(self._addresses.watching())
            if self._intercepts:
                self._stack.enter_context(self._undefined)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.__exit__(*exception)

    def _redirected(self) -> AbstractContextManager[None]:
        def run(
            kernel: Any, /, *arguments: Any, grid: Any = None, warmup: bool = False, **keywords: Any
        ) -> EmulatedKernel:
            if warmup:
                return EmulatedKernel(kernel, bind(kernel, arguments, keywords), self._run)
            return self._run(kernel, grid, arguments, keywords)

        def run_tuned(tuner: Any, /, *arguments: Any, **keywords: Any) -> Any:
            return self._tuning.run(tuner, arguments, keywords)

        return redirected(run, run_tuned, self._tuning.run_as)

    def _run(
        self, kernel: Any, grid: Any, arguments: tuple, keywords: dict[str, Any]
    ) -> EmulatedKernel:
        _, history = _histories.setdefault(id(kernel), (kernel, KernelHistory()))
        with _running, without_watch():
            record, report, bound = launch(
                kernel,
                grid,
                arguments,
                keywords,
                chunk=self._chunk,
                undefined=self._undefined,
                memory=self._memory,
                addresses=self._addresses,
                history=history,
            )
            self.note(record, report.violations)
        return EmulatedKernel(kernel, bound, self._run)

    def undefined(self, tensor: torch.Tensor) -> None:
        """Mark the elements of ``tensor`` as not written; kernels that read them are reported."""
        self._undefined.undefined(tensor)

    def defined(self, tensor: torch.Tensor) -> None:
        """Mark the elements of ``tensor`` as written."""
        self._undefined.defined(tensor)

    def written(self, tensor: torch.Tensor) -> torch.Tensor:
        """A boolean CPU tensor of the same shape: whether every byte of an element was written."""
        return self._undefined.written(tensor)


def is_open() -> bool:
    """Whether a session is open: kernels launched now, on the CPU, run in lockstep."""
    return _open.is_taken


def lockstep(
    config: int | None = None,
    chunk: int | None = None,
    poison: int | None = None,
    track_undefined: bool = True,
    memory: Sequence[torch.Tensor] = (),
) -> Session:
    """Open a context in which Triton kernels run on the CPU, all programs of a chunk together.

    ``config``: index of the autotune configuration to run, None for the first that pruning leaves.
    ``chunk``: programs run together; None adapts to block sizes.
    ``poison``: byte (0 to 255) that undefined values are made of: memory from the ``torch.empty``
    family is filled with it, and so are lanes of masked loads without ``other`` and of masked
    atomics. None leaves memory as it comes, and such lanes are 0.
    ``track_undefined``: follow which bytes of such memory were written, to report uninitialised
    reads.
    ``memory``: tensors that kernels reach through pointers loaded from memory, besides those whose
    ``data_ptr()`` is called while the context is open.

    Raises ``RuntimeError`` on entry if another session is open, ``ValueError`` for a bad chunk or
    poison.
    """
    return Session(config, chunk, poison, track_undefined, memory)
