"""Every access of a kernel to memory: bounds, initialisation, races, and the transfer itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from conformance.lockstep.machine import MACHINE, unsupported
from conformance.lockstep.memory.lanes import Lanes, lanes_of
from conformance.lockstep.memory.races import check_read, check_write, note_read
from conformance.lockstep.memory.regions import Region, Storage
from conformance.lockstep.memory.watched import WatchedMemory
from conformance.lockstep.values.tensor import Handle, from_bits, to_bits
from conformance.lockstep.values.types import item_bytes
from conformance.memory.report import OUT_OF_BOUNDS_READ, READ_RACE, WRITE_RACE


class Memory(WatchedMemory):
    """Loads, stores and atomics of all programs of the chunk at once."""

    def load(self, pointer: Handle, mask: Handle | None, other: Handle | None) -> Handle:
        """Elements at ``pointer``; where ``mask`` is false, ``other`` or 0."""
        element = pointer.dtype.scalar.element_ty
        size = item_bytes(element)
        self.order.tick()
        active = None if mask is None else mask.data
        bits = None
        for region, part in self.parts(pointer, active):
            loaded = self._load(region, pointer.data, part, size)
            bits = (
                loaded if bits is None else np.where(True if part is None else part, loaded, bits)
            )
        if bits is None:
            bits = np.zeros(pointer.data.shape, f"u{size}")
        data = from_bits(bits, element)
        if active is not None:
            data = np.ascontiguousarray(
                np.where(active, data, data.dtype.type(0) if other is None else other.data)
            )
        MACHINE.largest_block = max(MACHINE.largest_block, data[0].size)
        return Handle(data, element)

    def store(self, pointer: Handle, value: Handle, mask: Handle | None) -> None:
        """Store ``value`` at ``pointer`` where ``mask`` holds.

        Of several to one address the last program wins.
        """
        size = item_bytes(pointer.dtype.scalar.element_ty)
        self.order.tick()
        bits = to_bits(value.data, value.dtype.scalar)
        for region, part in self.parts(pointer, None if mask is None else mask.data):
            self._store(region, pointer.data, part, bits, size)

    def _load(
        self, region: Region, address: np.ndarray, mask: np.ndarray | None, size: int
    ) -> np.ndarray:
        storage = region.storage
        offset = (address - np.uint64(storage.base)).view(np.int64)
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
        if shadowed or self.several:
            self._note_read(region, offset, mask, size, lanes, shadowed)
        return bits

    def _load_checked(self, region: Region, offset: np.ndarray, mask: np.ndarray | None, size: int):
        shape = offset.shape if mask is None else np.broadcast_shapes(offset.shape, mask.shape)
        lanes = lanes_of(offset, mask, shape)
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
    ) -> None:
        storage = region.storage
        self.note_sharing(storage, reads=True)
        races = self.several and (storage.owners is not None or storage.tracks_readers)
        if not (shadowed or races):
            return
        if lanes is None:
            lanes = lanes_of(
                offset,
                mask,
                offset.shape if mask is None else np.broadcast_shapes(offset.shape, mask.shape),
            )
        if not len(lanes.offset):
            return
        if shadowed:
            self.check_initialised(region, lanes, size)
        if races:
            lanes = lanes.each_program()
            if storage.owners is not None:
                found = check_read(
                    storage, self.journal, self.order, lanes.offset, size, lanes.programs
                )
                if found is not None:
                    self.violation(READ_RACE, region, lanes.where(found[0]), int(found[1][0]))
            if storage.tracks_readers:
                note_read(storage, self.journal, lanes.offset, size, lanes.programs)

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
        bits = np.broadcast_to(bits, shape)
        bits = bits.reshape(-1) if mask is None else bits[np.broadcast_to(mask, shape)]
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

    def atomic(
        self,
        pointer: Handle,
        mask: np.ndarray | None,
        size: int,
        shape: tuple[int, ...],
        synchronises: bool,
        update: Callable[[Storage, np.ndarray, np.ndarray], np.ndarray],
    ) -> np.ndarray:
        """Read and change memory one lane after the other in program order; returns what was read,
        0 where masked.

        ``update(storage, offset, chosen)`` does it for the lanes of ``shape`` whose flat places are
        ``chosen``.
        """
        self.order.tick()
        result = np.zeros(int(np.prod(shape)), f"u{size}")
        for region, part in self.parts(pointer, mask):
            storage = region.storage
            offset = (pointer.data - np.uint64(storage.base)).view(np.int64)
            lanes = lanes_of(offset, part, shape)
            chosen = (
                np.arange(result.size)
                if part is None
                else np.flatnonzero(np.broadcast_to(part, shape))
            )
            lanes, kept = self.writeable(region, lanes, size)
            chosen = chosen if kept is None else chosen[kept]
            if not len(chosen):
                continue
            if not storage.bytes.aligned(lanes.offset, size):
                raise unsupported("a misaligned atomic")
            if storage.shadow is not None and not storage.shadow.complete:
                self.check_initialised(region, lanes, size)
            self.journal.record(storage.bytes.view(size), lanes.offset // size, lasting=True)
            result[chosen] = update(storage, lanes.offset // size, chosen)
            self.mark_written(storage, lanes.offset, size)
            if synchronises and self.several:
                self.order.synchronised(lanes.programs)
        return result.reshape(shape)
