"""One launch: its grid cut into chunks of programs, chunks that diverge split and run again."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from conformance.lockstep.language.rewrite import rewritten
from conformance.lockstep.launch.arguments import Host, bind, kernel_arguments
from conformance.lockstep.machine import MACHINE
from conformance.lockstep.memory.memory import Memory
from conformance.lockstep.memory.watched import StartOver
from conformance.lockstep.operations.builder import BUILDER
from conformance.lockstep.values.divergence import Divergence, groups
from conformance.lockstep.values.tensor import Tensor
from conformance.memory.report import Launch, Report
from conformance.memory.undefined import Undefined

#: Elements of the largest block of a chunk, programs included; more would fall out of the caches.
ELEMENTS = 1 << 17
FIRST_PROGRAMS = 32
MOST_PROGRAMS = 1 << 15


class Experience:
    """What earlier launches of a kernel taught.

    Its largest block, and arguments both read and written.
    """

    def __init__(self) -> None:
        self._largest_blocks: dict[tuple, int] = {}
        self.read_and_written: set[str] = set()

    def largest_block(self, constants: tuple) -> int | None:
        """Elements of the largest block seen with these constexpr arguments."""
        return self._largest_blocks.get(constants)

    def note_block(self, constants: tuple, elements: int) -> None:
        """A chunk met a block of ``elements``."""
        self._largest_blocks[constants] = max(elements, self._largest_blocks.get(constants, 1))


def grid_of(grid: Any, bound: dict[str, Any]) -> tuple[int, int, int]:
    """The grid as (x, y, z).

    Raises ``ValueError`` if it is not one to three non-negative integers.
    """
    grid = grid(bound) if callable(grid) else grid
    grid = (grid,) if isinstance(grid, int) else tuple(grid)
    if not 1 <= len(grid) <= 3 or any(int(extent) < 0 for extent in grid):
        raise ValueError(f"a grid has one to three non-negative extents, not {grid}")
    x, y, z = (*(int(extent) for extent in grid), 1, 1)[:3]
    return x, y, z


def launch(
    function: Any,
    grid: Any,
    arguments: tuple,
    keywords: dict[str, Any],
    *,
    chunk: int | None,
    undefined: Undefined | None,
    memory: tuple,
    experience: Experience,
) -> tuple[Launch, Report]:
    """Run all programs of ``grid``; returns the launch's record and what it violated.

    ``chunk`` fixes the number of programs run together, ``memory`` names tensors that the kernel
    reaches through loaded pointers.
    """
    start = time.perf_counter()
    for hook in getattr(function, "pre_run_hooks", ()):
        hook(*arguments, **keywords)
    bound = bind(function, arguments, keywords)
    shape = grid_of(grid, bound)
    host = Host(undefined)
    values = kernel_arguments(function, bound, host)
    for place, tensor in enumerate(memory):
        host.region(f"memory[{place}]", tensor)
    programs = shape[0] * shape[1] * shape[2]
    run = _Run(rewritten(function), values, programs, chunk, experience, host)
    previous_options = BUILDER.options.debug
    BUILDER.options.debug = bool(keywords.get("debug", getattr(function, "debug", False)))
    MACHINE.kernel, MACHINE.grid = function.fn.__name__, shape
    try:
        with np.errstate(all="ignore"):
            run.all_programs()
    finally:
        BUILDER.options.debug = previous_options
        MACHINE.memory, MACHINE.kernel = None, ""
    host.return_to_devices()
    seconds = time.perf_counter() - start
    return Launch(
        function.fn.__name__, shape, programs, seconds, run.chunks, run.splits
    ), run.memory.report


class _Run:
    """The work list of one launch."""

    def __init__(
        self,
        body: Callable,
        values: dict[str, Any],
        programs: int,
        chunk: int | None,
        experience: Experience,
        host: Host,
    ):
        self.body, self.values, self.programs, self.host = body, values, programs, host
        self.chunk, self.experience = chunk, experience
        self.constants = tuple(
            repr(each) for each in values.values() if not isinstance(each, Tensor)
        )
        self.chunks = self.splits = 0
        self._prepare()

    def _prepare(self) -> None:
        self.memory = MACHINE.memory = Memory(self.host.regions, self.programs)
        for region in self.host.regions:
            storage = region.storage
            storage.owners = storage.readers = storage.last_write = None
            storage.was_read = storage.was_written = storage.tracks_readers = False
        for region in self.host.regions:
            region.storage.tracks_readers |= region.name in self.experience.read_and_written

    def all_programs(self) -> None:
        """Run every program, starting over when readers must be tracked."""
        while True:
            try:
                self._from_start()
                return
            except StartOver as sharing:
                self.memory.journal.undo_launch()
                for region in self.host.regions:
                    if region.storage is sharing.storage:
                        self.experience.read_and_written.add(region.name)
                self._prepare()

    def _from_start(self) -> None:
        self.chunks = self.splits = 0
        position = 0
        while position < self.programs:
            size = self._size()
            stop = min(position + size, self.programs)
            self._chunk(np.arange(position, stop))
            position = stop

    def _size(self) -> int:
        if self.chunk is not None:
            return self.chunk
        largest = self.experience.largest_block(self.constants)
        if largest is None:
            return FIRST_PROGRAMS
        return max(1, min(MOST_PROGRAMS, ELEMENTS // largest))

    def _chunk(self, programs: np.ndarray) -> None:
        work = [(int(programs[0]), programs)]
        while work:
            _, members = heapq.heappop(work)
            memory = self.memory
            mark = memory.report.mark(), memory.order.mark(memory.storages)
            MACHINE.programs, MACHINE.largest_block, MACHINE.printed = members, 1, []
            try:
                self.body(**self.values)
            except Divergence as divergence:
                self.splits += 1
                memory.journal.undo_chunk()
                memory.report.restore(mark[0])
                memory.order.restore(mark[1])
                for part in groups(members, divergence.values):
                    heapq.heappush(work, (int(part[0]), part))
                continue
            self.chunks += 1
            memory.journal.commit()
            self.experience.note_block(self.constants, MACHINE.largest_block)
            for line in MACHINE.printed:
                print(line)
