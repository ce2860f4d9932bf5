"""The memory that arguments lie in, and what the running launch did to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from conformance.memory.bytes import Bytes
from conformance.memory.shadow import Shadow


class _Lent:
    """Lends numpy the memory at an address of this process."""

    def __init__(self, address: int, size: int):
        self.__array_interface__ = {
            "data": (address, False),
            "shape": (size,),
            "typestr": "|u1",
            "version": 3,
        }


@dataclass(eq=False)
class Storage:
    """The ``size`` bytes of one torch storage at address ``base``, and what this launch did there.

    ``shadow`` says which bytes were ever written, None if all were. ``cells`` says who touched what
    (see ``cells``); readers and lanes are kept if ``tracked``. ``written`` spans all bytes that a
    launch of one program wrote, as offsets. ``pending`` says which bytes the launch before may not
    have written yet, None if all are there.
    """

    base: int
    size: int
    shadow: Shadow | None = None
    cells: Any = None
    was_read: bool = False
    was_written: bool = False
    tracked: bool = False
    written: tuple[int, int] | None = None
    pending: np.ndarray | None = None
    bytes: Bytes = field(init=False)

    def __post_init__(self) -> None:
        self.bytes = Bytes(
            np.asarray(_Lent(self.base, self.size)) if self.size else np.zeros(0, np.uint8)
        )

    def forget(self) -> None:
        """Nothing happened here yet in this launch."""
        self.cells = self.written = None
        self.was_read = self.was_written = self.tracked = False

    def reachable(self, offset: np.ndarray, size: int) -> np.ndarray:
        """Element-wise: whether ``size`` bytes at ``offset`` lie inside the storage."""
        return (offset >= 0) & (offset + size <= self.size)
