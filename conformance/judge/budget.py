"""Are floats within their budget of the fp64 oracle?"""

import torch

from conformance.contract import Budget
from conformance.events.finding import Finding


def judge_floats(
    name: str,
    got: torch.Tensor,
    oracle: torch.Tensor,
    budget: Budget,
    magnitude: torch.Tensor | None = None,
    open_elements: torch.Tensor | None = None,
    first_row: int = 0,
) -> Finding | None:
    """The worst element of ``got`` (any float dtype) that lies outside the budget, if any.

    ``oracle`` float64 of the same shape. NaN and infinities must be met exactly. ``magnitude`` is
    the tensor that :class:`~conformance.contract.Budget` describes, gathered to the same shape.
    ``open_elements`` (bool) are not judged.
    """
    value = got.double()
    error = (value - oracle).abs()
    scale = 1.0 if magnitude is None else magnitude
    allowed = budget.relative * oracle.abs() + budget.absolute * scale + budget.smallest
    same = (value == oracle) | (value.isnan() & oracle.isnan())
    good = same | (oracle.isfinite() & (error <= allowed))
    if open_elements is not None:
        good |= open_elements
    if good.all():
        return None
    excess = torch.where(good, -1.0, (error / allowed).nan_to_num(nan=torch.inf))
    place = int(excess.argmax())
    index = torch.unravel_index(torch.tensor(place), got.shape)
    where = [int(i) for i in index]
    off, limit = float(error.reshape(-1)[place]), float(torch.as_tensor(allowed).reshape(-1)[place])
    where[0] += first_row
    return Finding(
        name,
        f"off by {off:.3g}, allowed {limit:.3g} ({int((~good).sum())} of {good.numel()} elements)",
        repr(float(value.reshape(-1)[place])),
        repr(float(oracle.reshape(-1)[place])),
        "element " + "[" + ", ".join(map(str, where)) + "]",
    )
