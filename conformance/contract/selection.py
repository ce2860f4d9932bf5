"""Outputs that select entries of an argument, or of what is computed from the arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from conformance.contract.mistake import ContractMistake
from conformance.contract.shapes import Shape
from conformance.contract.typed import check_types


@dataclass(frozen=True)
class Selection:
    """An output of ids: for each row the ``count`` entries of ``argument`` that come first.

    What is compared is the argument's entries themselves, or what ``score`` makes of all arguments
    (in the order of the call, floats in float64): a float64 tensor of the argument's shape, minus
    infinity for what must not be selected. A score that takes the name of the output, or of one
    that selects before it, as a keyword gets the subject's ids by it (None before any subject is
    asked): where groups of entries are chosen first, it can follow the subject among groups that
    are equal, and where each choice decides the next one, as tokens do, it follows all of them.

    Without an ``argument``, the score alone says what is selected from, and ``scored`` are its
    axes. With the ``count`` "1" the output has one id for each row and no axis of slots.

    ``ties`` decides between equal entries and ``slots`` the order within a row. Two entries may be
    treated as equal if they differ by no more than ``flush`` (hardware that flushes denormals), or
    by the part ``close`` of the larger one's size (an implementation that rounds its scores).
    """

    argument: str
    axis: str
    count: str = "1"
    order: Literal["largest", "smallest"] = "largest"
    ties: Literal["any valid set", "lowest index first"] = "any valid set"
    slots: Literal["any", "sorted"] = "any"
    flush: float = 0.0
    score: Callable[..., Any] | None = None
    close: float = 0.0
    scored: Shape = ()

    def __post_init__(self) -> None:
        check_types(self, "selection")
        for name in ("flush", "close"):
            if getattr(self, name) < 0:
                problem = f"{name} is {getattr(self, name)}"
                raise ContractMistake("", "selection", problem, "write 0 or more")
        if bool(self.argument) == bool(self.scored):
            problem = "it selects from an argument or from what is scored, one of them"
            raise ContractMistake("", "selection", problem, "give argument, or scored")
        if self.scored and self.score is None:
            problem = "nothing computes what is scored"
            raise ContractMistake("", "selection", problem, "give a score")

    @property
    def is_single(self) -> bool:
        """Whether a row has one id, and the output no axis of slots."""
        return self.count == "1"
