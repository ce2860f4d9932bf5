"""Memory of a device in one piece, with guard bytes everywhere between the tensors in it.

An allocator puts tensors next to each other: a kernel that writes past one of them hits another
one, or memory that nobody has, and nothing shows. Here a tensor lies far from the next one, every
byte that belongs to none holds the guard byte, and all of them are looked at after a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch

from conformance.memory.guarded import GUARD_BYTE
from conformance.torch_storages import StorageReference, storage_at

SIZE = 1 << 28
"""Bytes of the piece that is there from the beginning."""
ALIGNED = 512
"""Bytes: where tensors begin, as torch's own allocator for CUDA aligns them."""
_WORD = 8
_GUARD_WORD = int.from_bytes([GUARD_BYTE] * _WORD, "little", signed=True)
LEAST, MOST = 1 << 16, 1 << 24
"""Bytes between two tensors: as many as the larger of them takes, within these."""


@dataclass(frozen=True)
class Overrun:
    """Guard bytes that were written: ``count`` of them, the first one ``offset`` bytes from the
    first byte of the tensor that lies nearest. ``label`` says which tensor that is."""

    label: str
    offset: int
    count: int


@dataclass
class _Region:
    start: int
    size: int
    label: str
    reference: StorageReference


@dataclass
class _Piece:
    memory: torch.Tensor
    regions: list[_Region] = field(default_factory=list)
    """In the order of their places."""

    def drop(self) -> None:
        """Guard what nobody holds any more."""
        for region in [each for each in self.regions if each.reference.storage is None]:
            self.memory[region.start : region.start + region.size] = GUARD_BYTE
            self.regions.remove(region)

    def gap(self, size: int) -> int | None:
        """Where a tensor of that size has room between guards; the middle of the widest gap."""
        best: tuple[int, int] | None = None
        guard = guard_of(size)
        end = 0
        for start, after, next_guard in self._borders():
            low = -(-(end + guard) // ALIGNED) * ALIGNED
            high = start - max(guard, next_guard) - size
            if high >= low and (best is None or high - low > best[0]):
                best = high - low, low
            end = after
        if best is None:
            return None
        return best[1] + best[0] // 2 // ALIGNED * ALIGNED

    def _borders(self) -> Iterator[tuple[int, int, int]]:
        """(begin, end with its own guard, guard) of all regions, and of the end of the piece."""
        for region in self.regions:
            guard = guard_of(region.size)
            yield region.start, region.start + region.size, guard
        yield len(self.memory), len(self.memory), 0

    def unowned(self) -> Iterator[tuple[int, int]]:
        """The bytes that belong to no tensor, from and to."""
        end = 0
        for region in self.regions:
            yield end, region.start
            end = region.start + region.size
        yield end, len(self.memory)


def _changed(memory: torch.Tensor, start: int, end: int) -> torch.Tensor:
    """Whether a byte from ``start`` to ``end`` is no guard byte; ``end`` is a multiple of a word.

    Whole words are looked at where there are any: a device takes several times as long for bytes.
    """
    word = min(-(-start // _WORD) * _WORD, end)
    changed = (memory[word:end].view(torch.int64) != _GUARD_WORD).any()
    return changed | (memory[start:word] != GUARD_BYTE).any() if start < word else changed


def guard_of(size: int) -> int:
    """Bytes that are free on both sides of a tensor of ``size`` bytes."""
    return min(max(LEAST, size), MOST)


class Arena:
    """Places storages on ``device``; ``size`` bytes are taken at once, more where they must be.

    Raises ``torch.OutOfMemoryError`` where the device has no room.
    """

    def __init__(self, device: str, size: int = SIZE) -> None:
        self.device, self._size = device, size
        self._pieces: list[_Piece] = []

    def storage(self, size: int, label: str) -> torch.UntypedStorage:
        """A storage of ``size`` bytes, which hold the guard byte. ``label`` names its tensor.

        Its memory is free again when nobody holds the storage any more. It cannot be resized.
        """
        for piece in self._pieces:
            piece.drop()
        self._pieces = [p for n, p in enumerate(self._pieces) if p.regions or n == 0]
        for piece in self._pieces:
            place = piece.gap(size)
            if place is not None:
                return self._placed(piece, place, size, label)
        needed = size + 2 * guard_of(size) + 2 * ALIGNED
        piece = self._new(needed if self._pieces else max(self._size, needed))
        place = piece.gap(size)
        assert place is not None, "the piece was made for it"
        return self._placed(piece, place, size, label)

    def overruns(self) -> list[Overrun]:
        """What was written outside of all tensors since the last look; guards are mended."""
        spans = [
            (piece, span) for piece in self._pieces for span in piece.unowned() if span[0] < span[1]
        ]
        if not spans:
            return []
        changed = torch.stack([_changed(piece.memory, *span) for piece, span in spans]).tolist()
        return [
            self._overrun(piece, *span)
            for (piece, span), hit in zip(spans, changed, strict=True)
            if hit
        ]

    def holds(self, storage: torch.UntypedStorage) -> bool:
        """Whether a storage is one of these."""
        known = StorageReference(storage).identity
        return any(
            region.reference.identity == known and region.reference.storage is not None
            for piece in self._pieces
            for region in piece.regions
        )

    def _new(self, size: int) -> _Piece:
        size = -(-size // ALIGNED + 1) * ALIGNED
        memory = torch.full((size,), GUARD_BYTE, dtype=torch.uint8, device=self.device)
        self._pieces.append(_Piece(memory))
        return self._pieces[-1]

    def _placed(self, piece: _Piece, place: int, size: int, label: str) -> torch.UntypedStorage:
        storage = storage_at(piece.memory.data_ptr() + place, size, torch.device(self.device))
        piece.regions.append(_Region(place, size, label, StorageReference(storage)))
        piece.regions.sort(key=lambda region: region.start)
        return storage

    def _overrun(self, piece: _Piece, start: int, end: int) -> Overrun:
        guards = piece.memory[start:end]
        places = (guards != GUARD_BYTE).nonzero()
        first, last, count = int(places[0]) + start, int(places[-1]) + start, len(places)
        guards.fill_(GUARD_BYTE)
        before = [r for r in piece.regions if r.start + r.size <= start]
        behind = [r for r in piece.regions if r.start >= end]
        # An overrun of the tensor before begins near its end, one of the tensor behind ends near.
        if before and (
            not behind or first - before[-1].start - before[-1].size <= behind[0].start - last
        ):
            near = before[-1]
        elif behind:
            near = behind[0]
        else:
            return Overrun("no tensor", first, count)
        return Overrun(near.label, first - near.start, count)
