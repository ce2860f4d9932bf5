"""Instructions by which the threads of a warp hand values to each other."""

from collections.abc import Callable, Sequence

import numpy as np

from .parsing import Operand
from .program import Program

WARP = 32
_BYTES, _ROWS = 16, 8
"""Of a row of a matrix that a warp loads or stores: eight elements of 16 bits. Rows of it."""


def _shfl(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    values, by = (program.read(each, "u32").reshape(-1, WARP) for each in operands[1:3])
    if words[1] not in ("bfly", "idx") or int(operands[3]) != WARP - 1:
        raise NotImplementedError(f"shfl.{'.'.join(words)} in segments {operands[3]}")
    lanes = np.arange(WARP, dtype=np.uint32)[None, :]
    source = lanes ^ by if words[1] == "bfly" else by % WARP
    program.write(operands[0], np.take_along_axis(values, source, 1).reshape(-1))


def _redux(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    act = {"max": np.max, "min": np.min}[words[1]]
    values = program.read(operands[1], words[-1]).reshape(-1, WARP)
    program.write(operands[0], np.repeat(act(values, axis=1), WARP))


def _bar(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    """Threads are never apart here."""


def _rows(program: Program, address: Operand, first: int, number: int) -> list[np.ndarray]:
    """The rows of a matrix: each address is that of the thread with the number of the row."""
    threads = range(first + number * _ROWS, first + (number + 1) * _ROWS)
    return [program.memory("shared", address, each, _BYTES, 0).view(np.uint16) for each in threads]


def _ldmatrix(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    for number, target in enumerate(operands[0]):
        values = program.held(target, "b32")
        for first in range(0, program.threads, WARP):
            matrix = np.stack(_rows(program, operands[1], first, number))
            pairs = (matrix.T if "trans" in words else matrix).reshape(WARP, 2).astype(np.uint32)
            values[first : first + WARP] = pairs[:, 0] | pairs[:, 1] << 16
        program.write(target, values)


def _stmatrix(program: Program, words: Sequence[str], operands: Sequence[Operand]) -> None:
    for number, source in enumerate(operands[1]):
        values = program.read(source, "u32")
        for first in range(0, program.threads, WARP):
            own = values[first : first + WARP]
            matrix = np.stack([own & 0xFFFF, own >> 16], 1).astype(np.uint16).reshape(_ROWS, -1)
            rows = _rows(program, operands[0], first, number)
            for row, stored in zip(rows, matrix.T if "trans" in words else matrix, strict=True):
                row[:] = stored


WARPS: dict[str, Callable[[Program, Sequence[str], Sequence[Operand]], None]] = {
    "shfl": _shfl,
    "redux": _redux,
    "bar": _bar,
    "ldmatrix": _ldmatrix,
    "stmatrix": _stmatrix,
}
