"""How the right value of an argument is turned into a wrong one."""

from typing import Any

import torch

from conformance.case import Case
from conformance.contract.wrong_calls import (
    AsFloat,
    Breaking,
    Change,
    Longer,
    OtherDtype,
    OtherRank,
    Replaced,
)
from conformance.events.verdict import NotSupported
from conformance.tensors.dtypes import torch_dtype

FARTHEST = 4096
"""How far from the right size one is looked for that breaks a constraint."""


def changed(change: Change, right: Any, case: Case) -> Any:
    """The wrong value that a change makes of the ``right`` one in a case.

    Raises :class:`NotSupported` if no size near the right one breaks a constraint.
    """
    match change:
        case Replaced(value=value):
            return value
        case AsFloat():
            return float(right)
        case Breaking():
            size = _breaking(change, case)
            if size is None:
                raise NotSupported(f"no size near {right} breaks {change.constraint.text}")
            return size
        case Longer(axis=axis, by=by) if by < 0:
            return right.narrow(axis, 0, right.shape[axis] + by).clone()
        case Longer(axis=axis, by=by):
            return torch.cat([right, right.narrow(axis, 0, by)], axis)
        case OtherRank(by=by):
            return right[None].clone() if by > 0 else right[0].clone()
        case OtherDtype(dtype=dtype, scaled=scaled):
            numbers = (right.double() * 3).round() if scaled else right
            return numbers.to(torch_dtype(dtype))


def can_be_made(change: Change, case: Case) -> bool:
    """Whether a case has the wrong value: no size breaks a constraint that always holds."""
    return not isinstance(change, Breaking) or _breaking(change, case) is not None


def _breaking(change: Breaking, case: Case) -> int | None:
    """The size nearest to the case's that breaks the constraint, larger ones first."""
    right = case.axes[change.axis]
    assert isinstance(right, int)
    for distance in range(1, FARTHEST):
        for size in (right + distance, right - distance):
            if size > 0 and not change.constraint.holds({**case.axes, change.axis: size}):
                return size
    return None
