"""``tl.sort`` and ``tl.topk``, by numpy where that provably gives the bits of Triton's own network.

``run(function, *arguments)`` calls a jitted function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.values.tensor import make_tensor
from conformance.triton_internals import unwrap


def _order_is_total(data: np.ndarray) -> bool:
    """Whether equal elements have equal bits, so that there is one sorted result."""
    if data.dtype.kind in "iu":
        return True
    if data.dtype.kind != "f" or np.isnan(data).any():
        return False
    zeros = data == 0
    if not zeros.any():
        return True
    negative = np.signbit(data[zeros])
    return bool(negative.all() or not negative.any())


def _sorted(value: Any, dim: Any, descending: Any, keep: int | None) -> Any:
    rank = len(value.shape)
    last = rank - 1 if dim is None else dim
    data = value.handle.data
    if rank == 0 or last not in (rank - 1, -1) or value.dtype.is_fp8() or not _order_is_total(data):
        return None
    MACHINE.memory.phases.exchange()
    data = np.sort(data, axis=-1)
    if descending:
        data = data[..., ::-1]
    if keep is not None:
        data = data[..., :keep]
    return make_tensor(np.ascontiguousarray(data), value.dtype)


def sort(run: Callable, /, x: Any, dim: Any = None, descending: Any = False) -> Any:
    """``tl.sort``; falls back on Triton's own network."""
    dim, descending = unwrap(dim), unwrap(descending)
    result = _sorted(x, dim, descending, None)
    return run(tl.sort, x, dim, descending) if result is None else result


def topk(
    run: Callable, /, x: Any, k: Any, dim: Any = None, descending: Any = True, **more: Any
) -> Any:
    """``tl.topk``; falls back on Triton's own network, which also judges what ``k`` may be."""
    k, dim, descending = unwrap(k), unwrap(dim), unwrap(descending)
    fits = isinstance(x, tl.tensor) and 0 < k <= int(x.shape[-1]) and k & (k - 1) == 0
    result = _sorted(x, dim, descending, k) if fits else None
    if result is not None:
        return result
    keywords = {**more} if descending is True else {"descending": descending, **more}
    return run(tl.topk, x, k, dim, **keywords)
