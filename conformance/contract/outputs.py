"""Outputs of an operator: shapes, dtypes, exact selections and error budgets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from conformance.contract.arguments import Shape


@dataclass(frozen=True)
class Budget:
    """How far a float output may lie from the fp64 oracle.

    An element ``x`` with the oracle's value ``y`` is within budget if
    ``|x - y| <= relative * |y| + absolute * s + smallest``. ``s`` is 1, or what the reference's
    :class:`Answer` says of the element, or, with ``magnitude`` naming a 1-D tensor argument,
    ``max(1, |argument[id]|)`` for the id selected in the same slot: an error of one ulp before a
    multiplication by the argument grows with it. ``smallest`` is the distance of denormal numbers
    where results may be among them. ``source`` says where the figures come from.
    """

    relative: float
    absolute: float
    source: str
    magnitude: str | None = None
    smallest: float = 0.0

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

    ``dtype`` may name a tensor argument, whose dtype it then is. Exactly one of ``budget`` (floats;
    one for all dtypes, or one for each) and ``selection`` (ids) is given. A float output with
    ``follows`` is judged slot by slot against the id that the named output holds there.
    """

    name: str
    axes: Shape
    dtype: str
    meaning: str
    budget: Budget | Mapping[str, Budget] | None = None
    selection: Selection | None = None
    follows: str | None = None

    def __post_init__(self) -> None:
        if (self.budget is None) == (self.selection is None):
            raise ValueError(f"output {self.name}: give a budget or a selection")

    def budget_for(self, dtype: str) -> Budget | None:
        """The budget of an output that comes in ``dtype``; None for ids."""
        return self.budget[dtype] if isinstance(self.budget, Mapping) else self.budget


@dataclass(frozen=True)
class Answer:
    """What a reference may return instead of a bare tuple.

    ``outputs`` are the outputs in order, then the states as they are owed afterwards, in the
    dtype that the subject holds them in. ``magnitudes`` maps float outputs to what the absolute
    part of the budget is multiplied with, element by element. ``open`` maps outputs and states to
    the elements (bool) that the contract leaves open.
    """

    outputs: tuple[Any, ...]
    magnitudes: Mapping[str, Any] = field(default_factory=dict)
    open: Mapping[str, Any] = field(default_factory=dict)
