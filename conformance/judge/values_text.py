"""Values of a case as lines: the first wrong element with its neighbours."""

import torch

from conformance.judge.compared import Compared
from conformance.tensors.dtypes import dtype_name

NEIGHBOURS = 3
"""Elements that are shown on each side of a wrong one, in its row."""


def what_is(value: object) -> str:
    """Dtype and shape of a tensor, or the value itself."""
    if isinstance(value, torch.Tensor):
        return f"{dtype_name(value.dtype)} {tuple(value.shape)}"
    return repr(value)


def table_of(found: Compared) -> list[str]:
    """The first wrong element of an output with its neighbours in the row; nothing if none is
    wrong, or if single elements are not compared."""
    if found.wrong is None or not bool(found.wrong.any()):
        return []
    place = found.wrong.nonzero()[0].tolist()
    count, total = int(found.wrong.sum()), found.wrong.numel()
    elements, are = "elements" if total > 1 else "element", "are" if count > 1 else "is"
    head = f"{found.name}: {count} of {total} {elements} {are} wrong, the first at {place}"
    columns = ["element", "got", "wanted"]
    if found.allowed is not None:
        columns += ["off by", "allowed"]
    rows = [columns, *(_row(found, near) for near in _near(place, found.got.shape))]
    marks = [
        " ",
        *(">" if bool(found.wrong[near]) else " " for near in _near(place, found.got.shape)),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(columns))]
    lines = [
        f"{mark} " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        for mark, row in zip(marks, rows, strict=True)
    ]
    return [head, *(f"  {line.rstrip()}" for line in lines)]


def _near(place: list[int], shape: torch.Size) -> list[tuple[int, ...]]:
    if not place:
        return [()]
    *front, last = place
    first, end = max(0, last - NEIGHBOURS), min(shape[-1], last + NEIGHBOURS + 1)
    return [(*front, each) for each in range(first, end)]


def _row(found: Compared, place: tuple[int, ...]) -> list[str]:
    got, wanted = found.got[place], found.wanted[place]
    row = [str(list(place)), _number(got), _number(wanted)]
    if found.allowed is not None:
        off = abs(float(got.double()) - float(wanted))
        row += [f"{off:.3g}", f"{float(found.allowed[place]):.3g}"]
    return row


def _number(value: torch.Tensor) -> str:
    number = value.item()
    return f"{number:.9g}" if isinstance(number, float) else str(number)
