"""A first call of an operator of which only the schema is known: what its kernel takes.

Shapes that operators usually have are tried one after the other, until the kernel answers.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from conformance.case import ABSENT, Case, TensorSpec
from conformance.registrations.calls.types import type_of
from conformance.registrations.calls.words import DEFAULT, simplest

Shape = tuple[int, ...]

_OF_INTEGERS = re.compile(
    r"(ids?|idx|ind(ex|ices)|tables?|slots?|mapping|lens?|lengths?|offsets?|locs?|positions?|cu)"
)
_OF_FLAGS = re.compile(r"mask")
_OF_COLUMNS = re.compile(r"(weights?|w|scales?|bias|gamma|beta|sinks?|eps)")
_OUT = re.compile(r"(out(put)?s?|results?|dst|y)")

SAME: tuple[Shape, ...] = ((4, 8), (8,), (2, 4, 8), (2, 3, 4, 8), (16, 64), ())
"""Shapes that all tensors are given."""


def candidates(name: str, arguments: Sequence[Any]) -> Iterator[Case]:
    """Cases to try, the most usual ones first."""
    seen = set()
    for shapes, integers, number in product(_shapes(), ("int64", "int32"), (2, 1)):
        case = _case(name, arguments, shapes, integers, number)
        if str(case) not in seen:
            seen.add(str(case))
            yield case


def _shapes() -> Iterator[Callable[[str, int], Shape]]:
    for shape in SAME:
        yield lambda name, place, shape=shape: shape  # type: ignore[misc]
    yield lambda name, place: (8,) if _is(name, _OF_COLUMNS) else (4, 8)
    yield lambda name, place: (4,) if _is(name, _OF_INTEGERS) else (4, 8)
    yield (
        lambda name, place: (
            (8,) if _is(name, _OF_COLUMNS) else (4,) if _is(name, _OF_INTEGERS) else (4, 8)
        )
    )
    yield lambda name, place: (4, 8) if _is(name, _OUT) else (4, 16)
    yield lambda name, place: ((4, 8), (8, 8), (8,))[min(place, 2)]
    yield lambda name, place: (4,) if _is(name, _OF_INTEGERS) else (4, 2, 8)


def _case(
    name: str,
    arguments: Sequence[Any],
    shape: Callable[[str, int], Shape],
    integers: str,
    number: int,
) -> Case:
    axes: dict[str, Any] = {}
    tensors: dict[str, TensorSpec] = {}
    options: dict[str, str] = {}
    place = 0
    for argument in arguments:
        type_ = type_of(argument)
        if type_.base != "Tensor":
            has_default = argument.has_default_value()
            options[argument.name] = DEFAULT if has_default else simplest(type_, number)
            continue
        names = [argument.name]
        if type_.several:
            names = [f"{argument.name}__{each}" for each in range(2)]
            options[argument.name] = "2"
        for each in names:
            if type_.optional:
                tensors[each] = ABSENT
                continue
            axes[each] = shape(argument.name, place)
            tensors[each] = _spec(argument.name, integers)
            place += 1
    return Case(name, "any", axes, tensors, options)


def _spec(name: str, integers: str) -> TensorSpec:
    if _is(name, _OF_INTEGERS):
        return TensorSpec(integers, "below-2")
    if _is(name, _OF_FLAGS):
        return TensorSpec("bool", "below-2")
    return TensorSpec("float32", "signed")


def _is(name: str, words: re.Pattern[str]) -> bool:
    """Whether one of the parts of a name is a word."""
    return any(words.fullmatch(part) for part in name.lower().split("_"))
