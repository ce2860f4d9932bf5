"""One program: the registers of its threads, and the memory that they reach."""

from collections.abc import Sequence

import numpy as np

from .values import UNSIGNED, values_of

_SPACING = 1 << 40
"""Bytes from one array of global memory to the next one: no address leads from one to another."""
_ALL = 0xFFFFFFFFFFFFFFFF


class Program:
    """Registers hold the bits of all threads, as uint64; predicates, as bool."""

    def __init__(
        self, arguments: Sequence[np.ndarray | int], number: int, threads: int, shared: int
    ) -> None:
        self.threads = threads
        self.active = np.ones(threads, bool)
        """Which threads carry the present instruction out."""
        self._registers: dict[str, np.ndarray] = {
            "%tid.x": np.arange(threads, dtype=np.uint64),
            "%ctaid.x": np.full(threads, number, np.uint64),
            "global_smem": np.zeros(threads, np.uint64),
        }
        self._global: dict[int, np.ndarray] = {}
        self.parameters: list[int] = []
        for place, each in enumerate(arguments):
            if isinstance(each, np.ndarray):
                self._global[place] = each.reshape(-1).view(np.uint8)
            self.parameters.append(place * _SPACING if place in self._global else int(each))
        self._shared = np.zeros(shared, np.uint8)

    def guard(self, text: str) -> None:
        """Only threads for which a guard such as ``@%p1`` or ``@!%p1`` holds are active."""
        self.active = np.ones(self.threads, bool)
        if text:
            self.active = self._registers[text.lstrip("@!")] ^ text.startswith("@!")

    def bits(self, text: str) -> np.ndarray:
        """What a register or a number holds in each thread."""
        if text in self._registers:
            return self._registers[text]
        number = int(text[2:], 16) if text.startswith("0f") else int(text.rstrip("U"), 0)
        return np.full(self.threads, number & _ALL, np.uint64)

    def read(self, text: str, kind: str) -> np.ndarray:
        """The same, as values of a type."""
        return values_of(self.bits(text), kind)

    def held(self, register: str, kind: str) -> np.ndarray:
        """A copy of what a register holds by now; zeros if nothing was written to it."""
        empty = np.zeros(self.threads, np.uint64)
        return values_of(self._registers.get(register, empty), kind).copy()

    def write(self, register: str, values: np.ndarray) -> None:
        """All threads write; ``_`` is no register."""
        if values.dtype != bool:
            values = values.view(UNSIGNED[values.itemsize * 8]).astype(np.uint64)
        if register != "_":
            self._registers[register] = values

    def memory(self, space: str, address: str, thread: int, size: int, ahead: int) -> np.ndarray:
        """``size`` bytes that a thread reaches by ``[register + offset]``, ``ahead`` bytes on.

        Raises IndexError if they do not belong to one array.
        """
        register, _, offset = address.strip("[] ").replace(" ", "").partition("+")
        at = int(self.bits(register)[thread]) + int(offset or 0) + ahead
        if space in ("shared", "shared::cta"):
            memory, at = self._shared, at & 0xFFFFFFFF
        elif space == "global":
            place, at = divmod(at, _SPACING)
            memory = self._global.get(place, self._shared[:0])
        else:
            raise NotImplementedError(f"memory of the space {space}")
        if at + size > len(memory):
            raise IndexError(f"thread {thread}: byte {at} of {len(memory)}")
        return memory[at : at + size]
