"""Every access of a kernel to memory: loads, stores and, here, atomics."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from conformance.lockstep.machine import unsupported
from conformance.lockstep.memory.lanes import Lanes, lanes_of
from conformance.lockstep.memory.loads import Loads
from conformance.lockstep.memory.regions import Region
from conformance.lockstep.memory.storage import Storage
from conformance.lockstep.memory.stores import Stores
from conformance.lockstep.values.handle import Handle
from conformance.lockstep.values.undefined import undefined_bits
from conformance.memory.violation import EARLY_WRITE, OUT_OF_BOUNDS_WRITE


class Memory(Loads, Stores):
    """The memory that the builder's operations work on."""

    def _poisoned(self, region: Region, lanes: Lanes, size: int) -> None:
        """Report unwritten elements that an atomic will change; put in what it shall find."""
        poison, storage = self.check_initialised(region, lanes, size), region.storage
        if poison is not None and storage.shadow is not None:
            missing = lanes.offset[storage.shadow.unwritten(lanes.offset, size)]
            storage.bytes.scatter(missing, size, undefined_bits(size, poison), self.journal)

    def atomic(
        self,
        pointer: Handle,
        mask: np.ndarray | None,
        size: int,
        shape: tuple[int, ...],
        synchronises: bool,
        update: Callable[[Storage, np.ndarray, np.ndarray], np.ndarray],
    ) -> np.ndarray:
        """Read and change memory, one lane after the other in program order.

        ``update(storage, index, chosen)`` does it for the lanes whose places in the flattened
        ``shape`` are ``chosen``, at elements ``index``, and returns what it read. Returns bits of
        shape ``shape``, undefined where ``mask`` is false. ``synchronises``: the atomic orders
        programs.
        """
        self.order.tick()
        result = np.full(int(np.prod(shape)), undefined_bits(size, self.poison), f"u{size}")
        for region, part in self.parts(pointer, mask, OUT_OF_BOUNDS_WRITE):
            storage = region.storage
            offset = (pointer.data - np.uint64(storage.base)).view(np.int64)
            if storage.pending is not None:
                self.touched_early(EARLY_WRITE, region, np.broadcast_to(offset, shape), part, size)
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
                self._poisoned(region, lanes, size)
            self.journal.record(storage.bytes.view(size), lanes.offset // size, lasting=True)
            result[chosen] = update(storage, lanes.offset // size, chosen)
            self.mark_written(storage, lanes.offset, size)
            if synchronises:
                self.phases.barrier()
                if self.several:
                    self.order.synchronised(lanes.programs)
        return result.reshape(shape)
