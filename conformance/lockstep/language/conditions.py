"""Conditions, and `and` and `or`."""

from __future__ import annotations

from typing import Any

import triton.language as tl

from conformance.lockstep.control.branches import decided
from conformance.lockstep.language.constants import plain
from conformance.lockstep.language.recipes import applied
from conformance.lockstep.values.divergence import Divergence


def truth(value: Any) -> bool:
    """The truth of a condition. Raises ``Divergence`` if programs disagree."""
    outcome = decided(value)
    if isinstance(outcome, bool):
        return outcome
    raise Divergence(outcome)


def decides(value: Any, outcome: bool) -> bool:
    """Whether ``value`` is known before the kernel runs and its truth is ``outcome``."""
    return not isinstance(value, tl.tensor) and bool(plain(value)) is outcome


def conjunction(left: Any, right: Any) -> Any:
    """``left and right``, where ``left`` alone does not decide (see ``decides``)."""
    if not isinstance(left, tl.tensor):
        return right
    if not isinstance(right, tl.tensor):
        return left if plain(right) else right
    return applied(tl.tensor.logical_and, left, right)


def disjunction(left: Any, right: Any) -> Any:
    """``left or right``, where ``left`` alone does not decide (see ``decides``)."""
    if not isinstance(left, tl.tensor):
        return right
    if not isinstance(right, tl.tensor):
        return right if plain(right) else left
    return applied(tl.tensor.logical_or, left, right)
