"""Are the ids a valid selection of the largest entries?"""

import torch

from conformance.contract import Selection
from conformance.events.finding import Finding, shorten


def judge_ids(name: str, ids: torch.Tensor, length: int, first_row: int = 0) -> Finding | None:
    """Every row of ``ids`` (T, K) holds K different ids of 0 … length - 1, whichever they are."""
    outside = (ids < 0) | (ids >= length)
    if outside.any():
        row = int(outside.any(-1).nonzero()[0])
        return Finding(
            name,
            "ids outside the range",
            shorten(ids[row].tolist()),
            f"0 … {length - 1}",
            f"row {first_row + row}",
        )
    ordered = ids.sort(-1).values
    twice = (ordered[:, 1:] == ordered[:, :-1]).any(-1)
    if twice.any():
        row = int(twice.nonzero()[0])
        return Finding(
            name,
            "the same id twice in a row",
            shorten(ids[row].tolist()),
            f"{ids.shape[1]} different ids",
            f"row {first_row + row}",
        )
    return None


def judge_selected(
    selection: Selection, name: str, ids: torch.Tensor, values: torch.Tensor, first_row: int = 0
) -> Finding | None:
    """The selected entries are, as a multiset, the largest K of their row.

    ``ids`` (T, K) int64, valid; ``values`` (T, E) float64. Rows with a NaN have no order and are
    not judged. Entries that differ by less than ``selection.flush`` count as equal.
    """
    ordered_rows = ~values.isnan().any(-1)
    chosen = values.gather(1, ids)
    got = chosen.sort(-1, descending=True).values
    wanted = values.topk(ids.shape[1], -1).values
    equal = (got == wanted) | ((got - wanted).abs() <= selection.flush)
    wrong = ordered_rows & ~equal.all(-1)
    if wrong.any():
        row = int(wrong.nonzero()[0])
        return Finding(
            name,
            f"not the {ids.shape[1]} {selection.order} of {selection.argument}",
            f"{shorten(ids[row].tolist())} with entries {shorten(got[row].tolist())}",
            f"entries {shorten(wanted[row].tolist())}",
            f"row {first_row + row}",
        )
    if selection.ties == "lowest index first":
        order = values.sort(dim=-1, descending=True, stable=True).indices
        stable = order[:, : ids.shape[1]]
        wrong = ordered_rows & (stable.sort(-1).values != ids.sort(-1).values).any(-1)
        if wrong.any():
            row = int(wrong.nonzero()[0])
            return Finding(
                name,
                "ties are not resolved towards the lowest index",
                shorten(ids[row].tolist()),
                shorten(stable[row].tolist()),
                f"row {first_row + row}",
            )
    if selection.slots == "sorted":
        wrong = ordered_rows & (chosen != got).any(-1)
        if wrong.any():
            row = int(wrong.nonzero()[0])
            return Finding(
                name,
                "slots are not in descending order",
                shorten(chosen[row].tolist()),
                shorten(got[row].tolist()),
                f"row {first_row + row}",
            )
    return None
