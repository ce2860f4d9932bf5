"""Where a tensor's elements lie in its storage, by name.

A layout says how many elements the storage holds and which strides and offset the tensor has in it;
what lies between the elements belongs to nobody and is guarded.
"""

from collections.abc import Mapping

from conformance.case import CaseError
from conformance.contract import (
    Contract,
    ContractMistake,
    Layout,
    Placement,
    Size,
    TensorArgument,
    shape_of,
)

Shape = tuple[int, ...]
GUARD_BYTES = 256
"""Bytes of guard before and after every tensor. A multiple of every alignment that matters."""


def _row_major(shape: Shape, step: int = 1, pitch: int = 0) -> tuple[int, ...]:
    """Strides with ``step`` between neighbours and ``pitch`` spare elements after every row."""
    strides, size = [], step
    for position, length in enumerate(reversed(shape)):
        strides.append(size)
        size *= max(length, 1)
        if position == 0:
            size += pitch
    return tuple(reversed(strides))


def _span(shape: Shape, strides: tuple[int, ...]) -> int:
    if 0 in shape:
        return 0
    return 1 + sum((length - 1) * stride for length, stride in zip(shape, strides, strict=True))


def _place(shape: Shape, strides: tuple[int, ...], guard: int, shift: int = 0) -> Placement:
    offset = guard + shift
    return Placement(strides, offset, offset + _span(shape, strides) + guard)


def _dense(shape: Shape, guard: int) -> Placement:
    return _place(shape, _row_major(shape), guard)


def _transposed(shape: Shape, guard: int) -> Placement:
    return _place(shape, tuple(reversed(_row_major(shape[::-1]))), guard)


def _token_major(shape: Shape, guard: int) -> Placement:
    """What a projection leaves behind when its heads are made an axis: tokens before heads."""
    order = (0, len(shape) - 2, *range(1, len(shape) - 2), len(shape) - 1)
    packed = _row_major(tuple(shape[axis] for axis in order))
    strides = dict(zip(order, packed, strict=True))
    return _place(shape, tuple(strides[axis] for axis in range(len(shape))), guard)


def _sliced(shape: Shape, guard: int) -> Placement:
    return _place(shape, _row_major(shape, step=2), guard)


def _padded_rows(shape: Shape, guard: int) -> Placement:
    return _place(shape, _row_major(shape, pitch=5), guard)


def _offset(shape: Shape, guard: int) -> Placement:
    return _place(shape, _row_major(shape), guard, shift=8)


def _misaligned(shape: Shape, guard: int) -> Placement:
    return _place(shape, _row_major(shape), guard, shift=1)


def _repeated(shape: Shape, guard: int) -> Placement:
    strides = (0, *_row_major(shape)[1:])
    placed = _place(shape, strides, guard)
    return Placement(placed.strides, placed.offset, placed.extent, repeated=True)


def _far_rows(shape: Shape, guard: int) -> Placement:
    """Rows so far apart that the third one's offset does not fit 32 bits."""
    if shape[0] > FAR_ROWS:
        raise CaseError(f"layout far-rows takes {FAR_ROWS} rows at most, the tensor has {shape[0]}")
    strides = (FAR_PITCH, *_row_major(shape)[1:])
    placed = _place(shape, strides, guard)
    return Placement(placed.strides, placed.offset, placed.extent, sparse=True)


def _far_blocks(shape: Shape, guard: int) -> Placement:
    """Blocks (axis 1) so far apart that the third one's offset does not fit 32 bits."""
    if shape[1] > FAR_ROWS:
        raise CaseError(f"layout far-blocks takes {FAR_ROWS} blocks at most, not {shape[1]}")
    strides = (shape[1] * FAR_PITCH, FAR_PITCH, *_row_major(shape)[2:])
    placed = _place(shape, strides, guard)
    return Placement(placed.strides, placed.offset, placed.extent, sparse=True)


FAR_ROWS = 3
FAR_PITCH = 2**30 + 8
"""Elements from one row to the next: twice this is more than an int32 counts."""

LAYOUTS: dict[str, Layout] = {
    "dense": Layout(0, _dense),
    "transposed": Layout(2, _transposed),
    "token-major": Layout(4, _token_major),
    "sliced": Layout(1, _sliced),
    "padded-rows": Layout(2, _padded_rows),
    "offset": Layout(1, _offset),
    "misaligned": Layout(1, _misaligned),
    "repeated": Layout(1, _repeated),
    "far-rows": Layout(2, _far_rows),
    "far-blocks": Layout(3, _far_blocks),
}
"""``misaligned`` starts one element after a 256-byte border."""


RARE = ("far-rows", "far-blocks")
"""Layouts that take so much address space that they are not drawn."""


def known_layouts(contract: Contract) -> tuple[str, ...]:
    """The layouts that a case of the contract may name."""
    return (*LAYOUTS, *(name for name in contract.layouts if name not in LAYOUTS))


def layouts_for(
    contract: Contract, argument: TensorArgument, axes: Mapping[str, Size]
) -> list[str]:
    """The layouts to draw for an argument in calls of these sizes, other than the dense one.

    Rows of stride 0 are left out where a tensor is written or its rows must differ. A tensor that
    callers pass dense, or in the layout of another one, has no layout of its own.
    """
    if argument.strides != "any":
        return []
    left_out = {"dense", *RARE}
    if argument.written or argument.from_scene or (argument.holds and argument.holds.distinct):
        left_out.add("repeated")
    rank = len(shape_of(argument.axes, axes))
    known = {**LAYOUTS, **contract.layouts}
    return [n for n, layout in known.items() if n not in left_out and layout.least_rank <= rank]


def place(contract: Contract, layout: str, shape: Shape, itemsize: int) -> Placement:
    """Where a tensor of ``shape`` lies.

    Raises :class:`CaseError` if the layout does not fit it, and :class:`ContractMistake` if it is
    the contract's own and leaves its storage.
    """
    known = {**LAYOUTS, **contract.layouts}
    if layout not in known:
        raise CaseError(f"unknown layout {layout!r}; known: {', '.join(known)}")
    least = known[layout].least_rank
    if len(shape) < least:
        raise CaseError(f"layout {layout} needs {least} axes, the tensor has shape {shape}")
    guard = GUARD_BYTES // itemsize
    if layout in contract.layouts:
        return _own(contract, layout, shape, guard)
    return known[layout].place(shape, guard)


def _own(contract: Contract, layout: str, shape: Shape, guard: int) -> Placement:
    """Where a layout of the contract's own says that a tensor lies."""
    field = f"layout {layout}"
    try:
        placed = contract.layouts[layout].place(shape, guard)
    except CaseError:
        raise
    except (Exception, SystemExit) as error:
        problem = f"raises {type(error).__name__}: {error}, for shape {shape}"
        raise ContractMistake(contract.name, field, problem) from error
    if not isinstance(placed, Placement):
        problem = f"returns {type(placed).__name__}"
        raise ContractMistake(contract.name, field, problem, "return a Placement")
    if len(placed.strides) != len(shape) or min(placed.strides, default=0) < 0:
        problem = f"has strides {placed.strides} for shape {shape}"
        mend = "give one of 0 or more for each axis"
        raise ContractMistake(contract.name, field, problem, mend)
    owed = placed.offset + _span(shape, placed.strides) + guard
    if placed.offset < guard or placed.extent < owed:
        problem = f"places shape {shape} from {placed.offset} on in {placed.extent} elements"
        mend = f"leave {guard} before the first and behind the last, {owed} at least"
        raise ContractMistake(contract.name, field, problem, mend)
    return placed
