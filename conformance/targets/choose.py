"""Few signatures that stand for many: what is built down to the binary where all would take hours.

Whether a kernel lowers, and what it needs, depends on the types of its arguments, on its options
and on how large its blocks are. So each type, each option and each constant that is no number is
built at least once, with the largest numbers that it was launched with.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from conformance.triton_compiler import Signature


def covering(signatures: Sequence[Signature], only_types: bool = False) -> list[int]:
    """Places of signatures of one kernel that hold every trait of all of them.

    Traits are the types of arguments and, unless ``only_types``, options and constants that are no
    numbers. Greedy: first the largest; then, again and again, the one with the most traits not yet
    held, the larger one of two.
    """
    traits = [frozenset(_types(each) if only_types else _traits(each)) for each in signatures]
    sizes = [_size(each) for each in signatures]
    owed = frozenset().union(*traits)
    chosen: list[int] = []
    if signatures:
        chosen.append(max(range(len(signatures)), key=lambda place: (sizes[place], -place)))
        owed -= traits[chosen[0]]
    while owed:
        best = max(
            range(len(signatures)),
            key=lambda place: (len(traits[place] & owed), sizes[place], -place),
        )
        chosen.append(best)
        owed -= traits[best]
    return chosen


def _types(signature: Signature) -> Iterator[tuple]:
    """The types that pointers lead to: which instructions there are depends on them."""
    for name, type_ in signature.types.items():
        if type_.startswith(("*", "tensordesc")):
            yield name, type_


def _traits(signature: Signature) -> Iterator[tuple]:
    names = list(signature.types)
    for name, type_ in signature.types.items():
        if type_ != "constexpr":
            yield name, type_
    for place, value in signature.constants.items():
        parameter = names[place[0]] if isinstance(place[0], int) else place[0]
        if not isinstance(value, int | float) or isinstance(value, bool):
            yield parameter, place[1:], repr(value)
    for name, value in signature.options.items():
        yield name, repr(value)


def _size(signature: Signature) -> float:
    """The product of all constants that are whole numbers: it grows with every block."""
    numbers = [
        value
        for value in signature.constants.values()
        if isinstance(value, int) and not isinstance(value, bool) and value > 0
    ]
    return math.log2(math.prod(numbers)) if numbers else 0.0
