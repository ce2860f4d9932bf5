"""What kernels print: a line for each element of each program, as on a GPU."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import numpy as np

from conformance.lockstep.machine import MACHINE, position
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.readable import number, numbers, undefined_lanes


class PrintOperations:
    """Builder methods that write text; it is shown when the launch is over."""

    def create_print(self, prefix: str, hexadecimal: bool, values: list[Handle], *_: Any) -> None:
        """``tl.device_print``: ``pid (0, 0, 0) idx ( 3) x: 1.5`` for each element.

        Where nothing but the prefix is printed, that is one line for each program.
        """
        printed = MACHINE.printed
        if not prefix.startswith((" ", ":")):
            prefix = f" {prefix}"
        for place, program in enumerate(MACHINE.programs):
            pid = f"pid {MACHINE.coordinates(int(program))}"
            if not values:
                printed.add(f"{pid}{prefix}".rstrip())
            for operand, value in enumerate(values):
                row = place if len(value.data) > 1 else 0
                name = f"{prefix}(operand {operand}) " if len(values) > 1 else prefix
                shown = islice(_elements(value, row, hexadecimal), printed.room)
                count = int(np.prod(value.data.shape[1:]))
                before = printed.room
                for index, text in shown:
                    printed.add(f"{pid} idx ({index}){name}{text}")
                printed.dropped += max(0, count - before)

    def create_assert(self, condition: Handle, message: str, *_: Any) -> None:
        """``tl.device_assert``: raises ``AssertionError`` with the first program and the line."""
        truths = condition.data.reshape(len(condition.data), -1).astype(bool)
        failed = np.flatnonzero(~truths.all(axis=1))
        if len(failed):
            program = MACHINE.coordinates(int(MACHINE.programs[failed[0]]))
            file, line = position()
            raise AssertionError(
                f"{message or 'device assertion'} (program {program}, {file}:{line})"
            )

    def create_assume(self, condition: Handle) -> None:
        self.create_assert(condition, "assume failed")


def _elements(value: Handle, row: int, hexadecimal: bool) -> Iterator[tuple[str, str]]:
    """Index and text of each element that a program holds."""
    data, undefined = numbers(value)[row], undefined_lanes(value, row)
    widths = [len(str(length - 1)) for length in data.shape]
    for index in product(*map(range, data.shape)):
        places = ", ".join(f"{i:>{width}}" for i, width in zip(index, widths, strict=True))
        element = data[index]
        whole = hexadecimal and element.dtype.kind in "iu"
        text = _hex(element) if whole else number(element)
        lost = undefined is not None and bool(undefined[index])
        yield places, f"{text} (undefined: masked off)" if lost else text


def _hex(element: Any) -> str:
    bits = int(element) & ((1 << 8 * element.itemsize) - 1)
    return f"0x{bits:0{2 * element.itemsize}x}"
