"""Writes to memory."""

from __future__ import annotations

import numpy as np

from conformance.lockstep.memory.before import BeforeWaiting
from conformance.lockstep.memory.inside import InsidePrograms
from conformance.lockstep.memory.lanes import Lanes, chosen, lanes_of
from conformance.lockstep.memory.regions import Region
from conformance.lockstep.values.handle import Handle, to_bits
from conformance.lockstep.values.numpy_types import item_bytes
from conformance.memory.violation import EARLY_WRITE, OUT_OF_BOUNDS_WRITE


class Stores(InsidePrograms, BeforeWaiting):
    """Stores of all programs of the chunk at once."""

    def store(self, pointer: Handle, value: Handle, mask: Handle | None) -> None:
        """Store ``value`` at ``pointer`` where ``mask`` holds.

        Of several stores to one address the one of the last program stays.
        """
        size = item_bytes(pointer.dtype.scalar.element_ty)
        self.order.tick()
        bits = to_bits(value.data, value.dtype.scalar)
        active = None if mask is None else mask.data
        for region, part in self.parts(pointer, active, OUT_OF_BOUNDS_WRITE):
            self._store(region, pointer.data, part, bits, size)

    def _store(
        self,
        region: Region,
        address: np.ndarray,
        mask: np.ndarray | None,
        bits: np.ndarray,
        size: int,
    ) -> None:
        storage = region.storage
        offset = (address - np.uint64(storage.base)).view(np.int64)
        if storage.pending is not None:
            self.touched_early(EARLY_WRITE, region, offset, mask, size)
        shapes = [offset.shape, bits.shape] + ([] if mask is None else [mask.shape])
        shape = np.broadcast_shapes(*shapes)
        lanes = lanes_of(offset, mask, shape, storage.tracked)
        bits = bits if bits.shape == shape else np.broadcast_to(bits, shape)
        bits = bits.reshape(-1) if mask is None else chosen(bits, mask)
        lanes, kept = self.writeable(region, lanes, size)
        if len(lanes.offset):
            self._write(region, lanes, bits if kept is None else bits[kept], size)

    def _write(self, region: Region, lanes: Lanes, bits: np.ndarray, size: int) -> None:
        storage = region.storage
        self.note_sharing(storage, reads=False)
        if storage.tracked and lanes.repeats > 1:
            bits, lanes = np.tile(bits, lanes.repeats), lanes.each_program()
        watched = self.several or storage.tracked
        before = storage.bytes.gather(lanes.offset, size) if watched else bits
        storage.bytes.scatter(lanes.offset, size, bits, self.journal)
        self.mark_written(storage, lanes.offset, size)
        self.watch_write(region, lanes, size, bits, before)
