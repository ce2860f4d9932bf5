"""Outputs of an operator: shapes, dtypes, exact selections and error budgets."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Budget:
    """How far a float output may lie from the fp64 oracle.

    An element ``x`` with the oracle's value ``y`` is within budget if
    ``|x - y| <= relative * |y| + absolute * s``. ``s`` is 1, or, with ``magnitude`` naming a 1-D
    tensor argument, ``max(1, |argument[id]|)`` for the id selected in the same slot: an error of
    one ulp before a multiplication by the argument grows with it. ``source`` says where the figures
    come from.
    """

    relative: float
    absolute: float
    source: str
    magnitude: str | None = None

    def __post_init__(self) -> None:
        if not self.source:
            raise ValueError("a budget must say where its figures come from")


@dataclass(frozen=True)
class Selection:
    """An output of ids: for each row the ``count`` entries of ``argument`` that come first.

    ``ties`` decides between equal entries and ``slots`` the order within a row. ``flush`` is the
    difference below which two entries may be treated as equal (hardware that flushes denormals).
    """

    argument: str
    axis: str
    count: str
    order: Literal["largest"] = "largest"
    ties: Literal["any valid set", "lowest index first"] = "any valid set"
    slots: Literal["any", "sorted"] = "any"
    flush: float = 0.0


@dataclass(frozen=True)
class Output:
    """An output of shape ``axes`` in exactly ``dtype``.

    Exactly one of ``budget`` (floats) and ``selection`` (ids) is given. A float output with
    ``follows`` is judged slot by slot against the id that the named output holds there.
    """

    name: str
    axes: tuple[str, ...]
    dtype: str
    meaning: str
    budget: Budget | None = None
    selection: Selection | None = None
    follows: str | None = None

    def __post_init__(self) -> None:
        if (self.budget is None) == (self.selection is None):
            raise ValueError(f"output {self.name}: give a budget or a selection")
