"""Values of kernels as a reader sees them: numbers of one program, undefined lanes marked."""

from __future__ import annotations

from typing import Any

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.values.float8 import can_decode_float8, decode_float8
from conformance.lockstep.values.handle import Handle, to_bits
from conformance.lockstep.values.undefined import undefined_value

_MOST_SHOWN = 128
"""Elements of a block that are shown in full; of a larger one the corners are."""


def numbers(handle: Handle) -> np.ndarray:
    """The numbers that a handle holds, programs first; 8-bit floats are decoded.

    Of pointers these are bytes from the first element of their argument, where that is known.
    """
    name, start = handle.dtype.scalar.name, getattr(handle.origin, "start", None)
    if isinstance(handle.dtype.scalar, tl.pointer_type) and start is not None:
        first = np.uint64(handle.origin.storage.base + start)
        return (handle.data - first).view(np.int64)
    return decode_float8(handle.data, name) if can_decode_float8(name) else handle.data


def undefined_lanes(handle: Handle, row: int) -> np.ndarray | None:
    """Which elements of a program nobody has defined; None if all are.

    These are lanes that the mask of a load left out, and whatever is made of the poison.
    """
    data = handle.data[row : row + 1]
    lost = np.zeros(data.shape, bool)
    if handle.masked is not None:
        first = row if len(handle.masked) > 1 else 0
        lost |= ~handle.masked[first : first + 1]
    poison = getattr(MACHINE.memory, "poison", 0)
    scalar = handle.dtype.scalar
    if poison and scalar.name != "int1" and not isinstance(scalar, tl.pointer_type):
        lost |= to_bits(data, scalar) == to_bits(undefined_value(scalar, poison), scalar)
    return lost[0] if lost.any() else None


def number(value: Any) -> str:
    """One element: the shortest text that says which number of its type it is."""
    return str(value.item()) if value.dtype.kind in "iub" else str(value)


def values_of(handle: Handle, program: int) -> np.ndarray:
    """What a program, given by its linear id, holds; undefined elements are masked.

    Raises ``ValueError`` for a program that does not run at present.
    """
    found = np.flatnonzero(MACHINE.programs == program)
    if not len(found):
        running = ", ".join(str(MACHINE.coordinates(int(each))) for each in MACHINE.programs[:8])
        more = ", …" if len(MACHINE.programs) > 8 else ""
        where = MACHINE.coordinates(program)
        raise ValueError(f"program {where} does not run at present; these do: {running}{more}")
    row = int(found[0]) if len(handle.data) > 1 else 0
    data, undefined = numbers(handle)[row], undefined_lanes(handle, row)
    return np.array(data) if undefined is None else np.ma.masked_array(data, undefined)


def readable(handle: Handle) -> str:
    """A block in words: its type, and its numbers in the first of the programs that run.

    ``fp32[4] in program (0, 0, 0), the first of 8 in lockstep: [1.0 2.5 -- --]``; ``--`` is
    undefined.
    """
    program, count = int(MACHINE.programs[0]), len(MACHINE.programs)
    where = f"in program {MACHINE.coordinates(program)}"
    if count > 1 and len(handle.data) == 1:
        where = f"in each of {count} programs in lockstep"
    elif count > 1:
        where = f"{where}, the first of {count} in lockstep"
    scalar = handle.dtype.scalar
    kind = scalar.name if not isinstance(scalar, tl.pointer_type) else f"*{scalar.element_ty}"
    shape = "x".join(str(length) for length in handle.data.shape[1:])
    into = getattr(handle.origin, "name", "")
    points = f", bytes into {into!r}" if isinstance(scalar, tl.pointer_type) and into else ""
    return f"{kind}[{shape}] {where}{points}: {_text(values_of(handle, program))}"


def _text(values: np.ndarray) -> str:
    if values.ndim == 0 or values.shape == ():
        return str(values)
    with np.printoptions(threshold=_MOST_SHOWN, linewidth=96, precision=6, suppress=False):
        text = str(values)
    return text if "\n" not in text else f"\n{text}"
