"""What no implementation can be faster than on this device, measured beside them."""

from collections.abc import Callable, Mapping
from functools import partial

import torch

from conformance.measuring.worker.entrants import Entrant, Way
from conformance.measuring.worker.timers import Call

LAUNCH, BANDWIDTH, COPY = "launch", "bandwidth", "copy"
"""Names of the floors."""


def floors(device: str, read: int, written: int) -> list[Entrant]:
    """The floors of a call that has to read and to write so many bytes.

    ``launch`` does nothing, ``bandwidth`` reads and writes these bytes, ``copy`` copies those that
    are read.
    """
    compiles = device.partition(":")[0] in ("cuda", "xpu")
    moves: Mapping[str, Way] = (
        _compiled_moves(device, read, written) if compiles else _plain_moves(device, read, written)
    )
    return [
        Entrant(LAUNCH, "floor", "does nothing: an empty kernel, or a copy of four bytes",
                _launches(device, compiles)),
        Entrant(BANDWIDTH, "floor", f"reads {read} bytes once and writes {written} bytes", moves),
        Entrant(COPY, "floor", f"copies {read} bytes", {"": partial(_copy, device, read)}),
    ]  # fmt: skip


def _words(count: int, device: str) -> torch.Tensor:
    """Room for so many bytes, as 32-bit integers."""
    return torch.zeros(max(1, -(-count // 4)), dtype=torch.int32, device=device)


def _launches(device: str, compiles: bool) -> dict[str, Way]:
    def copy(_: object) -> Call:
        source, target = _words(4, device), _words(4, device)
        return lambda: target.copy_(source)

    def empty(_: object) -> Call:
        from conformance.measuring.worker.floor_kernels import launch_nothing

        return launch_nothing(_words(4, device))

    return {"copy": copy, **({"kernel": empty} if compiles else {})}


def _plain_moves(device: str, read: int, written: int) -> dict[str, Way]:
    def way(_: object) -> Call:
        source, target = _words(read, device), _words(written, device)

        def call() -> None:
            source.sum()
            target.fill_(1)

        return call

    return {"": way}


def _compiled_moves(device: str, read: int, written: int) -> dict[str, Way]:
    from conformance.measuring.worker.floor_kernels import MOVES, move

    def way(block: int, warps: int, _: object) -> Call:
        return move(_words(read, device), _words(written, device), block, warps)

    return {f"blocks of {block}, {warps} warps": partial(way, block, warps)
            for block, warps in MOVES}  # fmt: skip


def _copy(device: str, read: int, _: object) -> Call:
    source, target = _words(read, device), _words(read, device)
    copy: Callable[[], torch.Tensor] = lambda: target.copy_(source)  # noqa: E731
    return copy
