"""One launch of a kernel."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from conformance.lockstep.language.calls import rewritten
from conformance.lockstep.launch.arguments import kernel_arguments
from conformance.lockstep.launch.binding import bind
from conformance.lockstep.launch.chunks import Programs
from conformance.lockstep.launch.grid import grid_of
from conformance.lockstep.launch.history import KernelHistory
from conformance.lockstep.launch.host import Host
from conformance.lockstep.launch.record import Launch
from conformance.lockstep.machine import MACHINE
from conformance.lockstep.memory.before import LaunchBefore
from conformance.lockstep.operations.semantic import BUILDER
from conformance.memory.addresses import Addresses
from conformance.memory.report import Report
from conformance.memory.undefined import Undefined
from conformance.triton_internals import checks_assertions, hooks_before, kernel_name


def launch(
    kernel: Any,
    grid: Any,
    arguments: tuple,
    keywords: dict[str, Any],
    *,
    chunk: int | None,
    undefined: Undefined | None,
    memory: tuple,
    addresses: Addresses,
    alone: tuple,
    history: KernelHistory,
    before: LaunchBefore | None = None,
) -> tuple[Launch, Report, dict[str, Any], LaunchBefore | None]:
    """Run all programs of ``grid``.

    Returns the launch's record, what it violated, its arguments by name, and what it wrote, None
    if that is not known.

    ``chunk`` fixes the number of programs run together, None lets ``history`` decide; ``memory``
    holds tensors that the kernel reaches through pointers that it loads, ``addresses`` those whose
    address was asked for; tensors of ``alone`` lie alone in their storages; ``before`` is what the
    launch before wrote, where nothing came between.
    """
    start = time.perf_counter()
    for hook in hooks_before(kernel):
        hook(*arguments, **keywords)
    bound = bind(kernel, arguments, keywords)
    shape = grid_of(grid, bound)
    early = before if keywords.get("launch_pdl") else None
    host = Host(undefined, memory, addresses, alone, early)
    values = kernel_arguments(kernel, bound, host)
    for place, tensor in enumerate(memory):
        host.region(f"memory[{place}]", tensor)
    programs = shape[0] * shape[1] * shape[2]
    name = kernel_name(kernel)
    work = Programs(rewritten(kernel), values, programs, chunk, history, host)
    previous_debug = BUILDER.options.debug
    BUILDER.options.debug = bool(keywords.get("debug", checks_assertions(kernel)))
    MACHINE.kernel, MACHINE.grid = name, shape
    try:
        with np.errstate(all="ignore"):
            work.run()
    finally:
        BUILDER.options.debug = previous_debug
        MACHINE.memory, MACHINE.kernel = None, ""
    host.return_to_devices()
    seconds = time.perf_counter() - start
    record = Launch(name, shape, programs, seconds, work.chunks, work.splits)
    wrote = None if host.has_copies else LaunchBefore.of(work.memory.journal)
    return record, work.memory.report, bound, wrote
