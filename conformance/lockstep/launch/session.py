"""The session: while it is open, kernel launches run in lockstep."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

import torch

from conformance.lockstep.launch.autotune import Tuning
from conformance.lockstep.launch.binding import bind
from conformance.lockstep.launch.compiled import EmulatedKernel
from conformance.lockstep.launch.driver import EmulatedBackend, EmulatedDriver
from conformance.lockstep.launch.history import KernelHistory
from conformance.lockstep.launch.launch import launch
from conformance.lockstep.launch.record import Launch
from conformance.lockstep.launch.report import MemoryFindings, report_text
from conformance.lockstep.memory.before import LaunchBefore
from conformance.memory.addresses import Addresses
from conformance.memory.sessions import OneAtATime, WatchedLaunches
from conformance.memory.undefined import Undefined
from conformance.memory.unwritten import Unwritten
from conformance.torch_internals import left_to_python, without_watch
from conformance.triton_launches import emulating, redirected

P = ParamSpec("P")
R = TypeVar("R")
Call = tuple[Any, tuple, dict[str, Any]]
"""A kernel, the arguments and the keywords of a launch."""
Heard = Callable[[Any, tuple, dict[str, Any], Callable[[], list[Call]]], object]
"""Hears of a launch before it runs: a call, and what returns those that a tuner could have made."""

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
        heard: Heard | None,
        rehearsed: bool,
        unwritten: Unwritten | None,
        alone: Sequence[torch.Tensor],
        raising: bool = False,
    ):
        super().__init__()
        self._raising = raising
        self._as_given = partial(
            Session, config, chunk, poison, track_undefined, memory, heard, rehearsed, unwritten,
            alone,
        )  # fmt: skip
        if chunk is not None and chunk < 1:
            raise ValueError(f"chunk must be at least 1, not {chunk}")
        self._chunk, self._memory, self._alone = chunk, tuple(memory), tuple(alone)
        self._tuning = Tuning(config, _running)
        self._heard, self._only_heard = heard, rehearsed
        self._others: Callable[[], list[Call]] = list
        self._rehearsal: list[Call] | None = None
        self._undefined = Undefined(poison, track_undefined)
        self._undefined.unwritten = unwritten
        self._intercepts = poison is not None or track_undefined
        self._before: LaunchBefore | None = None
        self._computed = 0
        self._addresses = Addresses()
        self._stack = ExitStack()

    def __enter__(self) -> Session:
        _open.take()
        try:
            self._stack.callback(_open.give_back)
            self._stack.enter_context(self._redirected())
            self._stack.enter_context(emulating(EmulatedDriver(), EmulatedBackend))
            self._stack.enter_context(self._addresses.watching())
            if self._intercepts:
                self._stack.enter_context(self._undefined)
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.__exit__(*exception)
        if self._raising and self.violations and exception[0] is None:
            raise MemoryFindings(self.violations)

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """As a decorator: each call has a session of its own, which raises
        :class:`MemoryFindings` at its end if a rule of memory was broken."""

        @wraps(function)
        def called(*arguments: P.args, **keywords: P.kwargs) -> R:
            with self._as_given(raising=True):
                return function(*arguments, **keywords)

        return called

    def __str__(self) -> str:
        """What ran, and which rules of memory were broken, a line each."""
        return report_text(self.launches, self.violations)

    def _redirected(self) -> AbstractContextManager[None]:
        def run(
            kernel: Any, /, *arguments: Any, grid: Any = None, warmup: bool = False, **keywords: Any
        ) -> EmulatedKernel:
            if warmup:
                return EmulatedKernel(kernel, bind(kernel, arguments, keywords), self._run)
            return self._run(kernel, grid, arguments, keywords)

        def run_tuned(tuner: Any, /, *arguments: Any, **keywords: Any) -> Any:
            previous = self._others
            self._others = partial(self._rehearsed, tuner, arguments, keywords)
            try:
                return self._tuning.run(tuner, arguments, keywords)
            finally:
                self._others = previous

        return redirected(left_to_python(run), left_to_python(run_tuned), self._tuning.run_as)

    def _run(
        self, kernel: Any, grid: Any, arguments: tuple, keywords: dict[str, Any]
    ) -> EmulatedKernel:
        if self._rehearsal is not None:
            self._rehearsal.append((kernel, arguments, keywords))
        elif self._heard is not None:
            self._heard(kernel, arguments, keywords, self._others)
        if self._only_heard or self._rehearsal is not None:
            return EmulatedKernel(kernel, bind(kernel, arguments, keywords), self._run)
        _, history = _histories.setdefault(id(kernel), (kernel, KernelHistory()))
        with _running, without_watch():
            # Operators of torch that nobody watches may have come between.
            next_to = self._intercepts and self._computed == self._undefined.computed
            record, report, bound, wrote = launch(
                kernel,
                grid,
                arguments,
                keywords,
                chunk=self._chunk,
                undefined=self._undefined,
                memory=self._memory,
                addresses=self._addresses,
                alone=self._alone,
                history=history,
                before=self._before if next_to else None,
            )
            self._before, self._computed = wrote, self._undefined.computed
            self.note(record, report.violations)
        return EmulatedKernel(kernel, bound, self._run)

    def _rehearsed(self, tuner: Any, arguments: tuple, keywords: dict[str, Any]) -> list[Call]:
        """The launches that a tuner could have made; none of them runs."""
        self._rehearsal = []
        try:
            self._tuning.rehearse(tuner, arguments, keywords)
            return self._rehearsal
        finally:
            self._rehearsal = None

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
    heard: Heard | None = None,
    rehearsed: bool = False,
    unwritten: Unwritten | None = None,
    alone: Sequence[torch.Tensor] = (),
    raising: bool = False,
) -> Session:
    """Open a context in which Triton kernels run on the CPU, all programs of a chunk together.

    Its value is the report: ``print`` it, or look at its ``violations`` and ``launches``. As a
    decorator, ``@lockstep()``, it opens one for each call of a function.

    ``config``: index of the autotune configuration to run, None for the first that pruning leaves.
    ``chunk``: programs run together; None adapts to block sizes.
    ``poison``: byte (0 to 255) that undefined values are made of: memory from the ``torch.empty``
    family is filled with it, and so are lanes of masked loads without ``other`` and of masked
    atomics. None leaves memory as it comes, and such lanes are 0.
    ``track_undefined``: follow which bytes of such memory were written, to report uninitialised
    reads.
    ``memory``: tensors that kernels reach through pointers loaded from memory, besides those whose
    ``data_ptr()`` is called while the context is open.
    ``heard``: is told of every launch before it runs.
    ``rehearsed``: launches are told to ``heard`` and do not run; memory stays as it is.
    ``unwritten``: what certain reads of memory that nobody wrote find, to see whether it matters.
    ``alone``: tensors whose elements are all that lies in their storages, such as guarded ones. A
    view with a stride of 0 is bounded by these elements, or by its whole storage.
    ``raising``: raise :class:`MemoryFindings` at the end of the context if a rule of memory was
    broken; a decorator always does.

    Raises ``RuntimeError`` on entry if another session is open, ``ValueError`` for a bad chunk or
    poison.
    """
    return Session(
        config, chunk, poison, track_undefined, memory, heard, rehearsed, unwritten, alone,
        raising,
    )  # fmt: skip
