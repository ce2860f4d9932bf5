"""Are the ids a valid selection of the entries that come first?"""

from dataclasses import dataclass

import numpy as np
import torch

from conformance.contract import Selection
from conformance.events.finding import Finding, Kind, shorten


@dataclass(frozen=True)
class Rows:
    """How rows of a table are called that come from a tensor with leading dimensions ``shape``.

    ``first`` is what its first row is called along the first dimension.
    """

    shape: tuple[int, ...] = ()
    first: int = 0

    def name(self, row: int) -> str:
        """``row 5``, or ``row [1, 0]`` where there are several leading dimensions."""
        if len(self.shape) < 2:
            return f"row {self.first + row}"
        place = [int(i) for i in np.unravel_index(row, tuple(self.shape))]
        place[0] += self.first
        return f"row {place}"


FLAT = Rows()


def judge_ids(name: str, ids: torch.Tensor, length: int, rows: Rows = FLAT) -> Finding | None:
    """Every row of ``ids`` (T, K) holds K different ids of 0 … length - 1, whichever they are."""
    outside = (ids < 0) | (ids >= length)
    if outside.any():
        row = int(outside.any(-1).nonzero()[0])
        got, wanted = shorten(ids[row].tolist()), f"0 … {length - 1}"
        return _found(name, "ids outside the range", got, wanted, rows.name(row))
    ordered = ids.sort(-1).values
    twice = (ordered[:, 1:] == ordered[:, :-1]).any(-1)
    if twice.any():
        row = int(twice.nonzero()[0])
        got, wanted = shorten(ids[row].tolist()), f"{ids.shape[1]} different ids"
        return _found(name, "the same id twice in a row", got, wanted, rows.name(row))
    return None


def judge_selected(
    selection: Selection, name: str, ids: torch.Tensor, values: torch.Tensor, rows: Rows = FLAT
) -> Finding | None:
    """The selected entries are, as a multiset, those that come first in their row.

    ``ids`` (T, K) int64, valid; ``values`` (T, E) float64. Rows with a NaN have no order and are
    not judged. Entries that differ by no more than ``selection.flush``, or by the part
    ``selection.close`` of the larger one's size, count as equal.
    """
    largest = selection.order == "largest"
    ordered_rows = ~values.isnan().any(-1)
    chosen = values.gather(1, ids)
    got = chosen.sort(-1, descending=largest).values
    wanted = values.topk(ids.shape[1], -1, largest=largest).values
    wrong = ordered_rows & ~_equal(selection, got, wanted).all(-1)
    if wrong.any():
        row = int(wrong.nonzero()[0])
        return _found(
            name,
            f"not the {ids.shape[1]} {selection.order} of {selection.argument or 'what is scored'}",
            f"{shorten(ids[row].tolist())} with entries {shorten(got[row].tolist())}",
            f"entries {shorten(wanted[row].tolist())}",
            rows.name(row),
        )
    if selection.ties == "lowest index first":
        order = values.sort(dim=-1, descending=largest, stable=True).indices
        stable = order[:, : ids.shape[1]]
        wrong = ordered_rows & (stable.sort(-1).values != ids.sort(-1).values).any(-1)
        if wrong.any():
            row = int(wrong.nonzero()[0])
            got_ids, wanted_ids = shorten(ids[row].tolist()), shorten(stable[row].tolist())
            message = "ties are not resolved towards the lowest index"
            return _found(name, message, got_ids, wanted_ids, rows.name(row))
    if selection.slots == "sorted":
        wrong = ordered_rows & ~_equal(selection, chosen, got).all(-1)
        if wrong.any():
            row = int(wrong.nonzero()[0])
            message = f"slots are not in {'descending' if largest else 'ascending'} order"
            now, owed = shorten(chosen[row].tolist()), shorten(got[row].tolist())
            return _found(name, message, now, owed, rows.name(row))
    return None


def _equal(selection: Selection, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    same = (a == b) | ((a - b).abs() <= selection.flush)
    if selection.close:
        same |= (a - b).abs() <= selection.close * torch.maximum(a.abs(), b.abs())
    return same


def _found(name: str, message: str, got: str, wanted: str, row: str) -> Finding:
    return Finding(name, message, got, wanted, row, kind=Kind.SELECTION)
