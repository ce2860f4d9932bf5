"""PTX without branches, carried out on the CPU: all threads of a program at once, in numpy.

What a compiler made of a kernel can so be looked at where there is no GPU. Semantics are those of
NVIDIA's "Parallel Thread Execution ISA", version 8.7, of the instructions that the routing kernels
consist of. Others raise :class:`NotImplementedError`. Every thread has done an instruction before
one does the next, so that a barrier that is missing does not show.
"""

from collections.abc import Sequence

import numpy as np

from .arithmetic import ARITHMETIC
from .moves import MOVES
from .parsing import parsed
from .program import Program
from .warps import WARPS

INSTRUCTIONS = {**MOVES, **ARITHMETIC, **WARPS}
"""What carries an instruction out, by the first part of its name; it takes the program, the other
parts, and the operands, the destination first."""


def run(
    text: str, arguments: Sequence[np.ndarray | int], programs: int, threads: int, shared: int
) -> None:
    """Carry out a kernel: arrays are addresses of global memory, which it reads and writes.

    ``shared`` is the size of a program's shared memory in bytes.
    """
    instructions = parsed(text)
    with np.errstate(all="ignore"):
        for number in range(programs):
            program = Program(arguments, number, threads, shared)
            for guard, name, operands in instructions:
                kind, *words = name.split(".")
                if kind not in INSTRUCTIONS or (guard and kind not in ("ld", "st")):
                    raise NotImplementedError(f"{guard} {name}".strip())
                program.guard(guard)
                INSTRUCTIONS[kind](program, words, operands)
