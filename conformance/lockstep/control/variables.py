"""The variables of a kernel while some of its programs run alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import CellType, FunctionType
from typing import Any

import numpy as np

from conformance.lockstep.machine import MACHINE, REWRITTEN
from conformance.lockstep.values.divergence import Apart, Divergence
from conformance.lockstep.values.subsets import Different, joined, part

#: Stands for a variable that nothing is bound to.
_UNBOUND: Any = object()

#: What programs hold when they leave: their places in the chunk, and their variables by name.
Leaving = tuple[np.ndarray, dict[str, Any]]


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _UNBOUND


def _bind(cell: CellType, value: Any) -> None:
    if value is _UNBOUND:
        del cell.cell_contents
    else:
        cell.cell_contents = value


def _free(function: Any) -> dict[str, CellType]:
    """The cells that a function uses, by itself or in functions that it calls."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    for cell in list(cells.values()):
        called = _content(cell)
        if type(called) is FunctionType and called.__code__ in REWRITTEN:
            cells |= _free(called)
    return cells


class Variables:
    """The variables that outlined ``functions`` share, from where their programs part.

    ``read`` are narrowed to the programs that run, ``kept`` are put together at the end, and
    ``dropped`` are unbound then. Raises ``Divergence(values)`` if programs must not part.
    """

    def __init__(
        self,
        functions: Iterable[Callable | None],
        read: tuple[str, ...],
        kept: tuple[str, ...],
        dropped: tuple[str, ...],
        values: np.ndarray,
    ):
        if not MACHINE.may_part:
            raise Divergence(values)
        MACHINE.parted = True
        self.programs = MACHINE.programs
        self._read, self._kept = read, kept
        self._own = {*kept, *dropped}
        self._cells: dict[str, CellType] = {}
        for function in functions:
            if function is not None:
                free = _free(function)
                self._cells |= {name: free[name] for name in (*read, *self._own) if name in free}
        self._before = {name: _content(cell) for name, cell in self._cells.items()}
        self._left: list[Leaving] = []

    def only(self, places: np.ndarray) -> None:
        """The programs at ``places`` of the chunk run, with the variables from where all parted."""
        MACHINE.programs = self.programs[places]
        self._narrow(self._before, places)

    def part_from(self, running: np.ndarray, stay: np.ndarray) -> np.ndarray:
        """Of the programs that run, at places ``running`` of the chunk, some ``stay``.

        The others are done. Returns the places of those that stay.
        """
        staying = np.flatnonzero(stay)
        self.leave(running[~stay], np.flatnonzero(~stay))
        MACHINE.programs = MACHINE.programs[staying]
        self._narrow({name: _content(cell) for name, cell in self._cells.items()}, staying)
        return running[staying]

    def _narrow(self, values: dict[str, Any], places: np.ndarray) -> None:
        for name, cell in self._cells.items():
            value = values[name] if name in self._read else _UNBOUND
            _bind(cell, value if value is _UNBOUND else part(value, places))

    def leave(self, places: np.ndarray, rows: np.ndarray | None) -> None:
        """Programs at ``places`` of the chunk are done.

        ``rows``: their places among the programs that run; None if these are all.
        """
        held = {name: self._held(name, rows) for name in self._kept if name in self._cells}
        self._left.append((places, held))

    def _held(self, name: str, rows: np.ndarray | None) -> Any:
        value = _content(self._cells[name])
        return value if rows is None or value is _UNBOUND else part(value, rows)

    def leave_unchanged(self, places: np.ndarray) -> None:
        """Programs at ``places`` are done, and hold what they held when all parted."""
        held = {
            name: value if value is _UNBOUND else part(value, places)
            for name, value in self._before.items()
            if name in self._kept
        }
        self._left.append((places, held))

    def meet(self) -> None:
        """All programs go on. What cannot be one variable is unbound: no kernel may read it."""
        MACHINE.programs = self.programs
        for name, cell in self._cells.items():
            if name not in self._own:
                _bind(cell, self._before[name])
            elif name in self._kept:
                _bind(cell, self._together([(places, held[name]) for places, held in self._left]))
            else:
                _bind(cell, _UNBOUND)

    def _together(self, pieces: list[tuple[np.ndarray, Any]]) -> Any:
        if any(value is _UNBOUND for _, value in pieces):
            return _UNBOUND
        try:
            return joined(pieces, len(self.programs))
        except Different:
            return _UNBOUND

    def result(self, pieces: list[tuple[np.ndarray, Any]]) -> Any:
        """What a function returns whose programs returned ``pieces``."""
        try:
            return joined(pieces, len(self.programs))
        except Different as error:
            raise Apart from error
