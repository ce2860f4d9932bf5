"""Values that all programs of a chunk must agree on, and what follows if they do not."""

from __future__ import annotations

import numpy as np


class Divergence(Exception):
    """Programs of the chunk disagree on a value that steers control flow.

    ``values`` has one element for each program of the chunk.
    """

    def __init__(self, values: np.ndarray):
        super().__init__("programs diverge")
        self.values = values


class Apart(Exception):
    """Programs that parted must not go on side by side: the chunk runs anew, split."""


def agreed(data: np.ndarray) -> np.generic:
    """The one value of a scalar or one-element block, shape ``(programs or 1, ...)``.

    Raises ``Divergence`` if programs disagree and ``ValueError`` if a program holds several
    elements.
    """
    if data.size != data.shape[0]:
        raise ValueError(
            "the truth or integer value of a block with more than one element is ambiguous"
        )
    values = data.reshape(-1)
    first = values[0]
    if len(values) > 1 and not (values == first).all():
        raise Divergence(values)
    return first


def groups(programs: np.ndarray, values: np.ndarray) -> list[np.ndarray]:
    """Split ``programs`` by equal ``values``.

    Groups keep program order and come by first member.
    """
    distinct, member = np.unique(values, return_inverse=True)
    parts = [programs[member == index] for index in range(len(distinct))]
    return sorted(parts, key=lambda part: int(part[0]))
