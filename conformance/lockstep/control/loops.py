"""Loops that end sooner for some programs than for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.control.branches import Names, decided
from conformance.lockstep.control.variables import Variables
from conformance.lockstep.machine import MACHINE
from conformance.lockstep.operations.semantic import SEMANTIC
from conformance.lockstep.values.divergence import Apart
from conformance.lockstep.values.tensor import Tensor, make_tensor

#: Times that a ``while`` loop runs with only some of the programs. A loop may wait for what other
#: programs do behind it; then programs must run one after the other.
LONGEST_WAIT = 2000


class Range:
    """``range`` and ``tl.range``: the induction variable is a tensor, as in compiled code."""

    def __init__(self, *bounds: Any, step: Any = None, **_: Any):
        values = list(bounds) + ([step] if step is not None and len(bounds) < 3 else [])
        if len(values) == 2 and step is not None and len(bounds) == 1:
            values = [0, bounds[0], step]
        self._bounds = [each.value if isinstance(each, tl.constexpr) else each for each in values]
        self._bounds = [each for each in self._bounds if each is not None]

    @property
    def dtype(self) -> tl.dtype:
        """The type of the induction variable."""
        types = [_dtype(each) for each in self._bounds]
        dtype = types[0]
        for other in types[1:]:
            dtype = SEMANTIC.integer_promote_impl(dtype, other)
        return dtype

    def __iter__(self) -> Iterator[Tensor]:
        """Values that all programs agree on. Raises ``Divergence`` if they do not."""
        numbers = [int(each) for each in self._bounds]
        dtype = self.dtype
        kind = np.dtype(dtype.name)
        for number in range(*numbers):
            yield make_tensor(np.array([number], kind), dtype)

    def parting(self) -> tuple[np.ndarray, ...] | None:
        """(first value, step, count) of each program as int64; None where programs agree."""
        bounds = []
        for each in self._bounds:
            data = each.handle.data if isinstance(each, tl.tensor) else np.array([int(each)])
            if data.size != len(data) or data.dtype.kind not in "iu" or data.dtype == np.uint64:
                return None
            bounds.append(data.reshape(-1).astype(np.int64))
        if all(len(each) == 1 or (each == each[0]).all() for each in bounds):
            return None
        programs = len(MACHINE.programs)
        bounds = [np.broadcast_to(each, programs) for each in bounds]
        zeros = np.zeros(programs, np.int64)
        first, last = (zeros, bounds[0]) if len(bounds) == 1 else bounds[:2]
        step = bounds[2] if len(bounds) > 2 else zeros + 1
        if not step.all():
            raise Apart
        count = np.maximum(0, -((first - last) // step))
        return first, step, count


def _dtype(value: Any) -> tl.dtype:
    if isinstance(value, tl.tensor):
        return value.dtype
    return tl.int32 if -(2**31) <= int(value) < 2**31 else tl.int64


def for_each(
    items: Iterable, body: Callable[[Any], None], read: Names, kept: Names, dropped: Names
) -> None:
    """``for item in items: body(item)``. For the names see ``Variables``."""
    parting = items.parting() if type(items) is Range and MACHINE.may_part else None
    if parting is None:
        for item in items:
            body(item)
        return
    assert isinstance(items, Range)
    first, step, count = parting
    dtype = items.dtype
    kind = np.dtype(dtype.name)
    variables = Variables((body,), read, kept, dropped, count)
    running, soonest = np.arange(len(count)), int(count.min())
    for turn in range(int(count.max())):
        if turn >= soonest:
            running = variables.part_from(running, count[running] > turn)
            soonest = int(count[running].min())
        values = (first[running] + turn * step[running]).astype(kind)
        body(make_tensor(values[:1] if (values == values[0]).all() else values, dtype))
    variables.leave(running, None)
    variables.meet()


def repeat(
    test: Callable[[], Any], body: Callable[[], None], read: Names, kept: Names, dropped: Names
) -> None:
    """``while test(): body()``. For the names see ``Variables``."""
    while (truth := decided(test())) is True:
        body()
    if truth is False:
        return
    assert isinstance(truth, np.ndarray)
    variables = Variables((test, body), read, kept, dropped, truth)
    running = np.arange(len(truth))
    for _ in range(LONGEST_WAIT):
        if truth is False:
            variables.leave(running, None)
            variables.meet()
            return
        if truth is not True:
            running = variables.part_from(running, truth)
        body()
        truth = decided(test())
    raise Apart
