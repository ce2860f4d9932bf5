"""How sizes of axes are drawn: Hypothesis strategies that keep every constraint."""

from collections.abc import Callable, Mapping
from math import prod

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from conformance.contract import AnyAxis, Axis, Contract, LeadingAxes, Size, names_in, shape_of


def sizes(
    contract: Contract, axis: AnyAxis, drawn: Mapping[str, Size], elements: int
) -> SearchStrategy[Size]:
    """Sizes of one axis that keep every constraint whose other axes are ``drawn`` already.

    No tensor argument gets more than ``elements`` elements, if the axes that are not drawn yet are
    as small as they may be.
    """
    known = {*drawn, axis.name}
    concerned = [
        c for c in contract.constraints if axis.name in c.names() and c.names() <= known
    ]  # the others hold, or wait for an axis

    def fits(size: Size) -> bool:
        return all(contract.keeps(c, {**drawn, axis.name: size}) for c in concerned)

    room = _room(contract, axis, drawn, elements)
    if isinstance(axis, LeadingAxes):
        return _leading(axis, room, fits)
    return _single(axis, room, fits)


def _single(axis: Axis, room: int, fits: Callable[[Size], bool]) -> SearchStrategy[Size]:
    largest = max(room, axis.least)
    top = max(min(axis.drawn, largest, axis.most or axis.drawn), axis.least)
    small = [size for size in range(axis.least, top + 1) if fits(size)]
    edges = [size for size in axis.edges if size <= largest and fits(size)]
    choices: list[SearchStrategy[Size]] = [st.sampled_from(s) for s in (small, edges) if s]
    if not choices:
        return st.just(axis.usual) if fits(axis.usual) else st.nothing()
    return st.one_of(choices)


def _leading(axis: LeadingAxes, room: int, fits: Callable[[Size], bool]) -> SearchStrategy[Size]:
    def of_rank(rank: int) -> SearchStrategy[Size]:
        most = int(min(axis.drawn, max(room, 1) ** (1 / max(rank, 1))))
        length = st.integers(axis.least, max(most, axis.least))
        return st.tuples(*[length] * rank)

    ranks = [of_rank(rank) for rank in range(axis.least_rank, axis.most_rank + 1)]
    edges = [size for size in axis.edges if prod(size) <= room and fits(size)]
    choices: list[SearchStrategy[Size]] = [st.one_of(ranks).filter(fits)]
    return st.one_of([*choices, st.sampled_from(edges)] if edges else choices)


def _room(contract: Contract, axis: AnyAxis, drawn: Mapping[str, Size], elements: int) -> int:
    least: dict[str, Size] = {
        other.name: max(other.least, 1) if isinstance(other, Axis) else (1,)
        for other in contract.axes
    }
    least |= {name: _at_least_one(size) for name, size in drawn.items()}
    least[axis.name] = 1 if isinstance(axis, Axis) else (1,)
    used = [
        prod(shape_of(argument.axes, least))
        for argument in contract.tensors
        if any(axis.name in names_in(size) for size in argument.axes)
    ]
    return elements // max(used, default=1)


def _at_least_one(size: Size) -> Size:
    if isinstance(size, int):
        return max(size, 1)
    return tuple(max(length, 1) for length in size)
