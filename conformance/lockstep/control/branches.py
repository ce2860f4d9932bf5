"""Branches whose programs may disagree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.control.variables import Variables
from conformance.lockstep.operations.semantic import SEMANTIC

_CONDITION = getattr(tl, "condition", None)
Names = tuple[str, ...]


def decided(value: Any) -> bool | np.ndarray:
    """The truth of a condition, or for each program of the chunk its own where they disagree.

    Raises ``ValueError`` for blocks of several elements.
    """
    if _CONDITION is not None and isinstance(value, _CONDITION):
        value = value.condition
    if not isinstance(value, tl.tensor):
        return bool(value.value if isinstance(value, tl.constexpr) else value)
    data = value.handle.data
    if data.size != len(data):
        raise ValueError(
            "the truth or integer value of a block with more than one element is ambiguous"
        )
    if len(data) == 1:
        return bool(data.item())
    truths = data.reshape(-1) != 0
    first = bool(truths[0])
    return first if (truths == first).all() else truths


def branch(
    test: Any,
    then: Callable[[], Any] | None,
    orelse: Callable[[], Any] | None,
    read: Names,
    kept: Names,
    dropped: Names,
) -> Any:
    """``if test``: each side runs with the programs that take it, that of the first program first.

    For the names see ``Variables``. Returns what the sides return.
    """
    truth = decided(test)
    if truth is True:
        return None if then is None else then()
    if truth is False:
        return None if orelse is None else orelse()
    assert isinstance(truth, np.ndarray)
    variables = Variables((then, orelse), read, kept, dropped, truth)
    pieces = []
    for side in (truth[0], not truth[0]):
        places = np.flatnonzero(truth == side)
        function = then if side else orelse
        result = None
        if function is None:
            variables.leave_unchanged(places)
        else:
            variables.only(places)
            result = function()
            variables.leave(places, None)
        pieces.append((places, result))
    variables.meet()
    return variables.result(pieces)


def choice(test: Any, then: Callable[[], Any], orelse: Callable[[], Any], read: Names) -> Any:
    """``then() if test else orelse()``. Where a tensor decides, numbers become tensors as well."""
    if not isinstance(test, tl.tensor):
        return then() if decided(test) else orelse()
    return branch(test, lambda: _tensor(then()), lambda: _tensor(orelse()), read, (), ())


def _tensor(value: Any) -> Any:
    is_number = isinstance(value, bool | int | float | tl.constexpr)
    return SEMANTIC.to_tensor(value) if is_number else value
