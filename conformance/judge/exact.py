"""Are integers what they have to be, all of them?"""

import torch

from conformance.events.finding import Finding, Kind


def judge_exact(
    name: str,
    got: torch.Tensor,
    wanted: torch.Tensor,
    open_elements: torch.Tensor | None = None,
    groups: torch.Tensor | None = None,
    first_row: int = 0,
) -> Finding | None:
    """The first integer (or bool) of ``got`` that differs from ``wanted``, if any.

    Both have one shape. ``open_elements`` (bool) are not judged. With ``groups`` (integers of that
    shape) the elements of a group may stand in any order within the group's places.
    """
    value, owed = got.to(torch.int64), wanted.to(torch.int64)
    judged = torch.ones(got.shape, dtype=torch.bool)
    if open_elements is not None:
        judged &= ~open_elements
    if groups is not None:
        return _judge_groups(name, value, owed, groups, judged)
    wrong = judged & (value != owed)
    if not wrong.any():
        return None
    place = wrong.nonzero()[0].tolist()
    index = tuple(place)
    if place:
        place[0] += first_row
    return Finding(
        name,
        f"{int(wrong.sum())} of {wrong.numel()} integers differ",
        str(int(value[index])),
        str(int(owed[index])),
        "element [" + ", ".join(map(str, place)) + "]",
        kind=Kind.VALUE,
    )


def _judge_groups(
    name: str, value: torch.Tensor, owed: torch.Tensor, groups: torch.Tensor, judged: torch.Tensor
) -> Finding | None:
    label, got, wanted = (t.reshape(-1)[judged.reshape(-1)] for t in (groups, value, owed))
    got, wanted = (_sorted_within(label, numbers) for numbers in (got, wanted))
    wrong = got != wanted
    if not wrong.any():
        return None
    label = label.sort().values
    first = int(wrong.nonzero()[0])
    return Finding(
        name,
        f"{int(wrong.sum())} integers are not those of their group",
        str(int(got[first])),
        str(int(wanted[first])),
        f"group {int(label[first])}, in ascending order",
        kind=Kind.VALUE,
    )


def _sorted_within(label: torch.Tensor, numbers: torch.Tensor) -> torch.Tensor:
    """The numbers by group, and within a group in ascending order."""
    by_number = numbers.argsort(stable=True)
    by_label = label[by_number].argsort(stable=True)
    return numbers[by_number][by_label]
