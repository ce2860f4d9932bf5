"""What earlier launches of a kernel taught."""

from __future__ import annotations


class KernelHistory:
    """The largest block that a kernel makes, and arguments that it reads and writes or rewrites.

    ``apart`` holds constexpr arguments with which programs that disagree cannot meet again.
    """

    def __init__(self) -> None:
        self._largest_blocks: dict[tuple, int] = {}
        self.tracked: set[str] = set()
        self.apart: set[tuple] = set()

    def largest_block(self, constants: tuple) -> int | None:
        """Elements of the largest block met with these constexpr arguments, None before any."""
        return self._largest_blocks.get(constants)

    def note_block(self, constants: tuple, elements: int) -> None:
        """A chunk with these constexpr arguments met a block of ``elements``."""
        self._largest_blocks[constants] = max(elements, self._largest_blocks.get(constants, 1))
