"""What the integers of a tensor argument mean."""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.contract.axes import Size
from conformance.contract.dtypes import INTEGER_BITS
from conformance.contract.expressions import Expression
from conformance.contract.mistake import ContractMistake
from conformance.contract.typed import check_types

UNIFORM = "uniform"
"""The usual pattern of integers: any in their range."""

INTEGER_WORDS = (
    UNIFORM, "normal", "lowest", "highest", "ends", "huge", "small", "large", "negative", "zero",
    "zeros", "ones", "equal", "ascending", "descending", "sign-border", "all-bits", "nibbles",
)  # fmt: skip
"""Patterns of integers by name; :mod:`conformance.inputs.integer_patterns` makes them."""

DISTINCT_WORDS = (UNIFORM, "normal", "lowest", "highest", "ascending", "descending", "large")
"""Those that can be made of integers that all differ."""

PADDING_WORDS = ("padding-some", "padding-first", "padding-last", "padding-all")
"""Patterns with elements that hold the padding instead of a number."""


@dataclass(frozen=True)
class Integers:
    """The range of an integer tensor, bounds included: numbers, or sizes worked out of axes.

    ``Integers(0, "E - 1")`` are ids of E things, ``Integers(-128, 127)`` bytes. ``padding`` is a
    number outside the range that stands for nothing (-1 in a slot mapping). With ``distinct`` no
    number comes twice. A bound of None is that of the dtype.
    """

    low: int | str | None = None
    high: int | str | None = None
    padding: int | None = None
    distinct: bool = False

    def __post_init__(self) -> None:
        check_types(self, "holds")
        for bound in (self.low, self.high):
            if isinstance(bound, str):
                try:
                    number = Expression(bound).is_number
                except ValueError as error:
                    raise ContractMistake("", "holds", str(error)) from None
                if not number:
                    problem = f"the bound {bound} is no number"
                    raise ContractMistake("", "holds", problem, "write axes and numbers")
        reaches = self.low is None or (
            isinstance(self.low, int) and self.low <= (self.padding or 0)
        )
        ends = self.high is None or (
            isinstance(self.high, int) and (self.padding or 0) <= self.high
        )
        if self.padding is not None and reaches and ends:
            problem = f"the padding {self.padding} lies in the range, so it is a number like others"
            raise ContractMistake("", "holds", problem, "choose one outside")

    def bounds(self, dtype: str, axes: Mapping[str, Size]) -> tuple[int, int]:
        """Least and largest number in a call with these sizes, as far as the dtype holds them."""
        least, most = INTEGER_BITS[dtype]
        low = least if self.low is None else max(least, _number(self.low, axes))
        high = most if self.high is None else min(most, _number(self.high, axes))
        return low, high

    def names(self) -> frozenset[str]:
        """The axes that the bounds depend on."""
        texts = [bound for bound in (self.low, self.high) if isinstance(bound, str)]
        return frozenset(name for text in texts for name in Expression(text).names())

    @property
    def words(self) -> tuple[str, ...]:
        """The patterns that can be made of such integers."""
        words = DISTINCT_WORDS if self.distinct else INTEGER_WORDS
        return (*words, *(PADDING_WORDS if self.padding is not None else ()))


def _number(bound: int | str, axes: Mapping[str, Size]) -> int:
    return bound if isinstance(bound, int) else Expression(bound).size(axes)
