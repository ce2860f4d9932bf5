"""Outputs of an operator: shapes, dtypes, exact numbers and error budgets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Literal

from conformance.contract.dtypes import FLOATS
from conformance.contract.mistake import ContractMistake
from conformance.contract.selection import Selection
from conformance.contract.shapes import Shape
from conformance.contract.typed import check_types


@dataclass(frozen=True)
class Budget:
    """How far a float output may lie from the fp64 oracle.

    An element ``x`` with the oracle's value ``y`` is within budget if
    ``|x - y| <= relative * |y| + absolute * s + smallest``. ``s`` is 1, or what the reference's
    :class:`Answer` says of the element, or, with ``magnitude`` naming a 1-D tensor argument,
    ``max(1, |argument[id]|)`` for the id selected in the same slot: an error of one ulp before a
    multiplication by the argument grows with it. ``smallest`` is the distance of denormal numbers
    where results may be among them. ``source`` says where the figures come from.

    Whatever the budget, ``y`` rounded to the output's dtype is right: so is the infinity that a
    number beyond the dtype's range rounds to.
    """

    relative: float
    absolute: float
    source: str
    magnitude: str | None = None
    smallest: float = 0.0

    def __post_init__(self) -> None:
        check_types(self, "budget")
        if not self.source:
            raise ContractMistake("", "budget", "it must say where its figures come from")
        for name in ("relative", "absolute", "smallest"):
            if not 0 <= getattr(self, name) < inf:
                problem = f"{name} is {getattr(self, name)}"
                raise ContractMistake("", "budget", problem, "write a finite number, 0 or more")


@dataclass(frozen=True)
class Output:
    """An output of shape ``axes`` in exactly ``dtype``.

    ``dtype`` may name a tensor argument, whose dtype it then is. A float output has a ``budget``
    (one for all dtypes, or one for each). Integers and bools without one are compared exactly; ids
    may be a ``selection`` instead. ``order`` says that elements of one group (see
    :class:`Answer`) may stand in any order. A float output with ``follows`` is judged slot by slot
    against the id that the named output holds there. An output ``judged_in`` a :class:`Derived`
    value is not judged by itself.
    """

    name: str
    axes: Shape
    dtype: str
    meaning: str
    budget: Budget | Mapping[str, Budget] | None = None
    selection: Selection | None = None
    follows: str | None = None
    judged_in: str | None = None
    order: Literal["exact", "any within a group"] = "exact"
    strides: str = "any"
    """``like NAME``: where that argument comes in one of its ``owed_layouts``, callers need the
    output without gaps in the same order, for they take it with ``view``."""
    strides_source: str = ""
    """Where they do: a file and line."""

    def __post_init__(self) -> None:
        check_types(self, f"output {self.name}")
        ways = (self.budget, self.selection, self.judged_in)
        if sum(way is not None for way in ways) > 1:
            raise ContractMistake(
                "", f"output {self.name}", "a budget, a selection and judged_in exclude each other"
            )
        if self.dtype in FLOATS and self.budget is None and self.judged_in is None:
            raise ContractMistake(
                "", f"output {self.name}", "a float output is judged by nothing",
                "give a budget, or judged_in",
            )  # fmt: skip

    @property
    def layout_leader(self) -> str | None:
        """The argument in whose order the output lies."""
        return self.strides.removeprefix("like ") if self.strides.startswith("like ") else None

    def budget_for(self, dtype: str) -> Budget | None:
        """The budget of an output that comes in ``dtype``; None if it has none.

        Raises ``KeyError`` for a dtype without a budget.
        """
        return self.budget[dtype] if isinstance(self.budget, Mapping) else self.budget


@dataclass(frozen=True)
class Derived:
    """A number worked out of several outputs, which are judged together by it.

    ``function`` is called with the outputs named by ``of``, floats in float64 and integers in
    int64, once with those of the subject and once with those of the reference, and returns a float
    tensor. Both are compared within ``budget``. A reference may therefore return numbers that no
    subject could (a quantised value that is not rounded). ``Answer.magnitudes`` and
    ``Answer.open`` take ``name`` as a key.
    """

    name: str
    of: tuple[str, ...]
    function: Callable[..., Any]
    budget: Budget
    meaning: str

    def __post_init__(self) -> None:
        check_types(self, f"derived {self.name}")
