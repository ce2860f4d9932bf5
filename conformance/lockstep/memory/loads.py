"""Reads of memory."""

from __future__ import annotations

import numpy as np
import triton.language as tl

from conformance.lockstep.machine import MACHINE
from conformance.lockstep.memory.before import BeforeWaiting
from conformance.lockstep.memory.inside import InsidePrograms
from conformance.lockstep.memory.lanes import Lanes, lanes_of
from conformance.lockstep.memory.regions import Region
from conformance.lockstep.values.handle import Handle, from_bits
from conformance.lockstep.values.numpy_types import item_bytes
from conformance.lockstep.values.undefined import undefined_bits, undefined_value
from conformance.memory.violation import EARLY_READ, OUT_OF_BOUNDS_READ


class Loads(InsidePrograms, BeforeWaiting):
    """Loads of all programs of the chunk at once."""

    def load(self, pointer: Handle, mask: Handle | None, other: Handle | None) -> Handle:
        """Elements at ``pointer``; where ``mask`` is false, ``other``, or else undefined values.

        Undefined values are 0 as in Triton's interpreter, unless this memory has a poison.
        """
        element = pointer.dtype.scalar.element_ty
        size = item_bytes(element)
        self.order.tick()
        active = None if mask is None else mask.data
        bits = None
        for region, part in self.parts(pointer, active, OUT_OF_BOUNDS_READ):
            loaded = self._load(region, pointer.data, part, size)
            bits = (
                loaded if bits is None else np.where(True if part is None else part, loaded, bits)
            )
        if bits is None:
            bits = np.full(pointer.data.shape, 2 ** (8 * size) - 1, f"u{size}")
        data, masked = from_bits(bits, element), None
        if active is not None and not (len(active) == 1 and active.all()):
            if other is not None:
                rest = other.data
            else:
                rest = undefined_value(element, self.poison) if self.poison else data.dtype.type(0)
                masked = active
            data = np.ascontiguousarray(np.where(active, data, rest))
        MACHINE.largest_block = max(MACHINE.largest_block, data[0].size)
        origin = self.origin(data) if isinstance(element, tl.pointer_type) else None
        return Handle(data, element, origin, masked)

    def _load(
        self, region: Region, address: np.ndarray, mask: np.ndarray | None, size: int
    ) -> np.ndarray:
        storage = region.storage
        offset = (address - np.uint64(storage.base)).view(np.int64)
        if storage.pending is not None:
            self.touched_early(EARLY_READ, region, offset, mask, size)
        inside = region.contains(int(offset.min()), int(offset.max()) + size)
        if not inside and mask is not None and region.high - region.low >= size:
            offset = np.where(mask, offset, region.low)
            inside = region.contains(int(offset.min()), int(offset.max()) + size)
        if inside:
            bits = storage.bytes.gather(offset, size)
            lanes = None
        else:
            bits, lanes = self._load_checked(region, offset, mask, size)
        shadowed = storage.shadow is not None and not storage.shadow.complete
        noted = storage.was_read and not storage.tracked and not storage.was_written
        if shadowed or self.several or not noted:
            poison = self._note_read(region, offset, mask, size, lanes, shadowed)
            if poison is not None:
                return self._instead(region, offset, bits, size, poison)
        return bits

    @staticmethod
    def _instead(
        region: Region, offset: np.ndarray, bits: np.ndarray, size: int, poison: int
    ) -> np.ndarray:
        """``bits`` with elements of ``poison`` where bytes at ``offset`` are not written."""
        storage = region.storage
        assert storage.shadow is not None
        reachable = storage.reachable(offset, size)
        missing = reachable & storage.shadow.unwritten(np.where(reachable, offset, 0), size)
        return np.where(missing, bits.dtype.type(undefined_bits(size, poison)), bits)

    def _load_checked(self, region: Region, offset: np.ndarray, mask: np.ndarray | None, size: int):
        shape = offset.shape if mask is None else np.broadcast_shapes(offset.shape, mask.shape)
        lanes = lanes_of(offset, mask, shape, region.storage.tracked)
        valid = region.valid(lanes.offset, size)
        reachable = region.storage.reachable(lanes.offset, size)
        if not valid.all():
            self.violation(OUT_OF_BOUNDS_READ, region, lanes.where(~valid))
        found = np.full(len(lanes.offset), 2 ** (8 * size) - 1, f"u{size}")
        found[reachable] = region.storage.bytes.gather(lanes.offset[reachable], size)
        bits = np.full(shape, 2 ** (8 * size) - 1, f"u{size}")
        bits[slice(None) if mask is None else np.broadcast_to(mask, shape)] = (
            found if mask is not None else found.reshape(shape)
        )
        return bits, lanes.where(valid)

    def _note_read(
        self,
        region: Region,
        offset: np.ndarray,
        mask: np.ndarray | None,
        size: int,
        lanes: Lanes | None,
        shadowed: bool,
    ) -> int | None:
        """Watch a read. Returns the byte that unwritten bytes hold instead of their own, if any."""
        storage = region.storage
        self.note_sharing(storage, reads=True)
        races = storage.tracked or (self.several and storage.cells is not None)
        if not (shadowed or races):
            return None
        if lanes is None:
            lanes = lanes_of(
                offset,
                mask,
                offset.shape if mask is None else np.broadcast_shapes(offset.shape, mask.shape),
                storage.tracked,
            )
        if not len(lanes.offset):
            return None
        poison = self.check_initialised(region, lanes, size) if shadowed else None
        if races:
            self.watch_read(region, lanes, size)
        return poison
