"""A case: the few words from which all tensors of an experiment are built."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.case.sizes import LEADING, parse_size, size_text
from conformance.contract import Size
from conformance.events.request import LARGEST_SEED

LONGEST_LINE = 16_384
"""Characters of a line."""
LARGEST_SIZE = 1 << 40
"""The largest size of an axis, and the largest length of a leading dimension."""
MOST_LEADING = 16
"""Leading dimensions of an axis."""

_WORD = re.compile(r"[A-Za-z0-9_.=+<>-]+")
_CONTRACT = re.compile(r"[A-Za-z_][\w.:-]*")
_CHECK = re.compile(r"[\w.:-]+")
_DIGITS = 20
"""More digits than any number of a case has; a longer one is never turned into a number."""


class CaseError(ValueError):
    """A text that is not a case, or a case that does not fit its contract."""


@dataclass(frozen=True)
class TensorSpec:
    """How one tensor argument is made: its dtype, the pattern of its values and its layout."""

    dtype: str
    values: str
    layout: str = "dense"

    @property
    def given(self) -> bool:
        """Whether a tensor is passed, rather than None."""
        return self != ABSENT

    def __str__(self) -> str:
        return f"{self.dtype}/{self.values}/{self.layout}" if self.given else "none"


ABSENT = TensorSpec("none", "none", "none")
"""None instead of an optional tensor."""


@dataclass(frozen=True)
class Case:
    """One experiment: axis sizes, how each tensor is made, what the check asks, and a seed.

    ``options`` holds the values of arguments that are no tensors, the words of the contract's
    choices, and what a check asks beside them. Prints on one line that a shell takes as one word;
    :meth:`parse` reads it back.
    """

    contract: str
    check: str
    axes: Mapping[str, Size]
    tensors: Mapping[str, TensorSpec]
    options: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        words = [word for spec in self.tensors.values() for word in vars(spec).values()]
        for word in (*words, *self.options.values()):
            if not _WORD.fullmatch(word):
                raise CaseError(f"{_short(word)} cannot be written in a case")

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        parts = [f"{name}={size_text(size)}" for name, size in self.axes.items()]
        parts += [f"{name}={spec}" for name, spec in self.tensors.items()]
        parts += [f"{name}:{value}" for name, value in self.options.items()]
        parts.append(f"seed={self.seed}")
        return f"{self.contract}@{self.check}@" + ",".join(parts)

    @classmethod
    def parse(cls, line: str) -> "Case":
        """The case that a line prints.

        Raises :class:`CaseError` with what is wrong, also for a line, a size, a number of leading
        dimensions or a seed beyond the limits.
        """
        if len(line) > LONGEST_LINE:
            raise CaseError(f"a case has at most {LONGEST_LINE} characters; got {len(line)}")
        contract, check, body = _split(line)
        axes: dict[str, Size] = {}
        tensors: dict[str, TensorSpec] = {}
        options: dict[str, str] = {}
        seeds: dict[str, int] = {}
        for part in body.split(","):
            if option := re.fullmatch(r"(\w+):(.+)", part):
                _give(options, option[1], option[2])
            elif size := re.fullmatch(rf"(\w+)=(-?[0-9]+|{LEADING.pattern})", part):
                if size[1] == "seed":
                    _give(seeds, "seed", _seed(size[2]))
                else:
                    _give(axes, size[1], _size(size[1], size[2]))
            elif tensor := re.fullmatch(r"(\w+)=([^/]+)/([^/]+)/([^/]+)", part):
                _give(tensors, tensor[1], TensorSpec(*tensor.groups()[1:]))
            elif absent := re.fullmatch(r"(\w+)=none", part):
                _give(tensors, absent[1], ABSENT)
            else:
                raise CaseError(f"{_short(part)} is no part of a case (in {_short(line)})")
        if not seeds:
            raise CaseError(f"a case needs its seed (in {_short(line)})")
        return cls(contract, check, axes, tensors, options, seeds["seed"])

    def with_axes(self, **sizes: Size) -> "Case":
        return replace(self, axes={**self.axes, **sizes})

    def with_tensor(self, name: str, **changes: str) -> "Case":
        """The case with one tensor, which is given, made otherwise."""
        return replace(self, tensors={**self.tensors, name: replace(self.tensors[name], **changes)})

    def with_options(self, **options: str) -> "Case":
        return replace(self, options={**self.options, **options})

    def names(self) -> dict[str, Any]:
        """What a waiver's filter may read: axes, options, and dtype, values, layout of tensors.

        Options that read as numbers are numbers. A name of leading dimensions is their product.
        """
        names: dict[str, Any] = dict(self.axes)
        names |= {name: _number(word) for name, word in self.options.items()}
        for tensor, spec in self.tensors.items():
            names |= {f"{tensor}_{word}": value for word, value in vars(spec).items()}
        return names


def _split(line: str) -> tuple[str, str, str]:
    """Contract, check and the rest of a line."""
    contract, *more = line.strip().split("@")
    if len(more) != 2:
        raise CaseError(f"a case reads CONTRACT@CHECK@NAME=VALUE,…; got {_short(line)}")
    check, body = more
    for what, pattern, name in (("contract", _CONTRACT, contract), ("check", _CHECK, check)):
        if not pattern.fullmatch(name):
            raise CaseError(f"{_short(name)} is the name of no {what} (in {_short(line)})")
    return contract, check, body


def _give(values: dict[str, Any], name: str, value: Any) -> None:
    if name in values:
        raise CaseError(f"a case says {name} twice")
    values[name] = value


def _seed(text: str) -> int:
    if len(text) > _DIGITS or abs(int(text)) > LARGEST_SEED:
        raise CaseError(f"{_short(text)} is no seed: a seed has at most 63 bits")
    return int(text)


def _size(axis: str, text: str) -> Size:
    lengths = [length for length in text.split("x") if length]
    if len(lengths) > MOST_LEADING:
        raise CaseError(f"{axis} has more than {MOST_LEADING} leading dimensions")
    for length in lengths:
        if len(length) > _DIGITS or abs(int(length)) > LARGEST_SIZE:
            raise CaseError(f"{axis}={_short(length)}: a size is at most {LARGEST_SIZE}")
    return parse_size(text)


def _short(text: str) -> str:
    """A text as a message quotes it."""
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def _number(word: str) -> str | float:
    return float(word) if re.fullmatch(r"-?\d+(\.\d*)?(e[+-]?\d+)?", word) else word
