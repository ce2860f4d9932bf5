"""An undo log: chunks that diverge and launches that start over leave no trace in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

#: Bytes kept for starting a launch over. A launch that needs more can no longer start over.
LARGEST_HISTORY = 256 << 20


class Journal:
    """Records how to undo each change, for the running chunk and for the launch so far."""

    def __init__(self) -> None:
        self._chunk: list[Callable[[], None]] = []
        self._chunk_data: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._launch: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._bytes = 0
        self.can_start_over = True

    def record(self, array: np.ndarray, index: np.ndarray, lasting: bool) -> None:
        """Remember ``array[index]`` before it changes.

        ``lasting``: it must be restored, too, if the launch starts over.
        """
        previous = array[index]
        self._chunk.append(partial(array.__setitem__, index, previous))
        if lasting and self.can_start_over:
            self._chunk_data.append((array, index, previous))
            self._bytes += index.nbytes + previous.nbytes

    def on_undo(self, action: Callable[[], None]) -> None:
        """Call ``action`` if the chunk is undone."""
        self._chunk.append(action)

    def changed(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Arrays and the places of them that the launch has changed, while it can start over."""
        return [(array, index) for array, index, _ in self._launch]

    def commit(self) -> None:
        """The chunk has come to its end; its changes stay unless the launch starts over."""
        self._chunk.clear()
        self._launch += self._chunk_data
        self._chunk_data = []
        if self._bytes > LARGEST_HISTORY:
            self.can_start_over = False
            self._launch.clear()

    def undo_chunk(self) -> None:
        """Restore the state before the chunk."""
        for action in reversed(self._chunk):
            action()
        self._chunk.clear()
        self._bytes -= sum(
            index.nbytes + previous.nbytes for _, index, previous in self._chunk_data
        )
        self._chunk_data = []

    def undo_launch(self) -> None:
        """Restore the lasting state before the launch. Call only while ``can_start_over``."""
        self.undo_chunk()
        for array, index, previous in reversed(self._launch):
            array[index] = previous
        self._launch.clear()
        self._bytes = 0
