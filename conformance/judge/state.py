"""Is what an operator wrote in place what it owes, bit for bit, and nothing else changed?"""

import torch

from conformance.events.finding import Finding, Kind
from conformance.tensors.dtypes import bits_of


def judge_state(
    name: str,
    before: torch.Tensor,
    after: torch.Tensor,
    wanted: torch.Tensor,
    open_elements: torch.Tensor | None = None,
) -> Finding | None:
    """The first elements of ``after`` whose bits are not those of ``wanted``, if any.

    All have one shape and dtype; NaN compares by its bits. ``before`` tells an element that should
    have been left alone from one that got a wrong value. ``open_elements`` (bool) are not judged.
    """
    bits = bits_of(before.dtype)
    old, new, owed = (t.contiguous().view(bits) for t in (before, after, wanted))
    wrong = new != owed
    if open_elements is not None:
        wrong &= ~open_elements
    if not wrong.any():
        return None
    stray = wrong & (owed == old)
    missing = wrong & (new == old)
    for which, what in (
        (stray, "elements changed that nothing was to be written to"),
        (missing, "elements were not written"),
        (wrong, "elements hold something else than was to be written"),
    ):
        if which.any():
            place = which.nonzero()[0].tolist()
            got, want = (float(t[tuple(place)]) for t in (after, wanted))
            where = "element [" + ", ".join(map(str, place)) + "]"
            count = f"{int(which.sum())} of {which.numel()} {what}"
            return Finding(name, count, repr(got), repr(want), where, kind=Kind.STATE)
    raise AssertionError("one of the three is not empty")
