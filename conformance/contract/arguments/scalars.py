"""Arguments that are no tensors: sizes, floats, flags and words."""

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

from conformance.contract.mistake import ContractMistake
from conformance.contract.typed import check_types

Refuses = Literal["operator", "callers"]
"""Who refuses a wrong call: the operator, or whoever calls it. What callers refuse is not asked."""

NONE = "none"
"""The word of a case for an argument that is not given."""

_WORD = re.compile(r"[A-Za-z0-9_.+-]+")


@dataclass(frozen=True)
class SizeArgument:
    """A Python ``int`` argument that gives the size of an axis."""

    name: str
    axis: str
    meaning: str
    refused_by: Refuses = "operator"

    def __post_init__(self) -> None:
        check_types(self, f"argument {self.name}")


@dataclass(frozen=True)
class FloatArgument:
    """A Python ``float`` argument, such as ``eps``.

    ``usual`` is passed when nothing is asked of it, ``edges`` are values that break kernels (0, a
    tiny one, a huge one). Between ``least`` and ``most``, where both are given, numbers are drawn
    that float32 can represent, since kernels take floats as float32. With ``optional``, None may be
    passed.
    """

    name: str
    meaning: str
    usual: float | None
    edges: tuple[float, ...] = ()
    least: float | None = None
    most: float | None = None
    optional: bool = False
    refused_by: Refuses = "operator"

    def __post_init__(self) -> None:
        check_types(self, f"argument {self.name}")
        for limit in (self.least, self.most):
            if limit is not None and not isfinite(limit):
                problem = f"the limit {limit} is no number"
                raise ContractMistake("", f"argument {self.name}", problem, "write None for none")
        if self.least is not None and self.most is not None and self.least > self.most:
            problem = f"no number lies in {self.least}..{self.most}"
            raise ContractMistake("", f"argument {self.name}", problem, "exchange the limits")
        if self.usual is None and not self.optional:
            raise ContractMistake("", f"argument {self.name}", "usual is None", "say optional=True")
        for value in (self.usual, *self.edges):
            low = value is not None and self.least is not None and value < self.least
            high = value is not None and self.most is not None and value > self.most
            if low or high or (value is not None and not isfinite(value)):
                raise ContractMistake(
                    "", f"argument {self.name}", f"{value} is outside {self.least}..{self.most}"
                )

    @property
    def words(self) -> tuple[str, ...]:
        """The values that are always asked, as a case writes them; the usual one first."""
        values: list[float | None] = [self.usual, *self.edges, *([None] if self.optional else [])]
        return tuple(dict.fromkeys(_text(value) for value in values))

    def value(self, word: str) -> float | None:
        """What a word of a case means. Raises ``ValueError`` if it is none."""
        if word == NONE:
            if self.optional:
                return None
            raise ValueError(f"{self.name} is never None")
        value = float(word)
        if (self.least is not None and value < self.least) or (
            self.most is not None and value > self.most
        ):
            raise ValueError(f"{self.name} = {word} is outside {self.least}..{self.most}")
        return value


def _text(value: float | None) -> str:
    return NONE if value is None else repr(float(value))


@dataclass(frozen=True)
class FlagArgument:
    """A Python ``bool`` argument, such as ``renormalize``."""

    name: str
    meaning: str
    usual: bool = False
    refused_by: Refuses = "operator"

    def __post_init__(self) -> None:
        check_types(self, f"argument {self.name}")

    @property
    def words(self) -> tuple[str, ...]:
        """Both values as a case writes them, the usual one first."""
        return ("true", "false") if self.usual else ("false", "true")

    def value(self, word: str) -> bool:
        """What a word of a case means. Raises ``ValueError`` if it is none."""
        if word not in ("true", "false"):
            raise ValueError(f"{self.name} is true or false, not {word}")
        return word == "true"


@dataclass(frozen=True)
class WordArgument:
    """A Python ``str`` argument that is one of a few words; the first is the usual one.

    With ``optional``, None may be passed.
    """

    name: str
    meaning: str
    choices: tuple[str, ...]
    optional: bool = False
    refused_by: Refuses = "operator"

    def __post_init__(self) -> None:
        check_types(self, f"argument {self.name}")
        if not self.choices:
            raise ContractMistake("", f"argument {self.name}", "at least one word is needed")
        for word in self.choices:
            if not _WORD.fullmatch(word) or word == NONE:
                raise ContractMistake("", f"argument {self.name}", f"{word!r} is no word of a case")
        if len(set(self.choices)) < len(self.choices):
            problem = f"{self.choices} has a word twice"
            raise ContractMistake("", f"argument {self.name}", problem, "remove one")

    @property
    def words(self) -> tuple[str, ...]:
        """The words as a case writes them, the usual one first."""
        return (*self.choices, *([NONE] if self.optional else []))

    def value(self, word: str) -> str | None:
        """What a word of a case means. Raises ``ValueError`` if it is none."""
        if word not in self.words:
            raise ValueError(f"{self.name} is one of {', '.join(self.words)}, not {word}")
        return None if word == NONE else word


ScalarArgument = FloatArgument | FlagArgument | WordArgument
"""Arguments whose value is a word of a case."""


def usual_value(argument: ScalarArgument) -> Any:
    """What is passed when nothing is asked of the argument."""
    return argument.value(argument.words[0])
