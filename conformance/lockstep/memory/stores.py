"""Writes to memory."""

from __future__ import annotations

import numpy as np

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.memory.lanes import Lanes, chosen, lanes_of
from conformance.lockstep.memory.races import check_write
from conformance.lockstep.memory.regions import Region
from conformance.lockstep.memory.watched import WatchedMemory
from conformance.lockstep.values.handle import Handle, to_bits
from conformance.lockstep.values.numpy_types import item_bytes
from conformance.memory.violation import OUT_OF_BOUNDS_WRITE, READ_RACE, WRITE_RACE


class Stores(WatchedMemory):
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
        shapes = [offset.shape, bits.shape] + ([] if mask is None else [mask.shape])
        shape = np.broadcast_shapes(*shapes)
        lanes = lanes_of(offset, mask, shape)
        bits = bits if bits.shape == shape else np.broadcast_to(bits, shape)
        bits = bits.reshape(-1) if mask is None else chosen(bits, mask)
        lanes, kept = self.writeable(region, lanes, size)
        if len(lanes.offset):
            self._write(region, lanes, bits if kept is None else bits[kept], size)

    def _write(self, region: Region, lanes: Lanes, bits: np.ndarray, size: int) -> None:
        storage = region.storage
        self.note_sharing(storage, reads=False)
        before = storage.bytes.gather(lanes.offset, size) if self.several else bits
        storage.bytes.scatter(lanes.offset, size, bits, self.journal)
        self.mark_written(storage, lanes.offset, size)
        if self.several:
            shared = lanes.repeats > 1
            found = check_write(
                storage,
                self.journal,
                self.order,
                lanes.offset,
                size,
                lanes.programs,
                bits,
                before,
                shared,
            )
            for name, elements, other in found:
                kind = WRITE_RACE if name == "owners" else READ_RACE
                self.violation(kind, region, lanes.where(elements), int(other[0]))
            self.order.wrote(storage, MACHINE.programs if shared else lanes.programs)
