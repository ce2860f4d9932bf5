"""What a reference returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What a reference may return instead of a bare tuple.

    ``outputs`` are the outputs in order, then the states as they are owed afterwards, in the
    dtype that the subject holds them in, or in float64 if they have a budget. ``magnitudes`` maps
    float outputs and such states to what the absolute part of the budget is multiplied with,
    element by element. ``open`` maps outputs and states to the elements (bool) that the contract
    leaves open. ``groups`` maps outputs whose order is open within a group to the group of each
    element (integers).
    """

    outputs: tuple[Any, ...]
    magnitudes: Mapping[str, Any] = field(default_factory=dict)
    open: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, Any] = field(default_factory=dict)
