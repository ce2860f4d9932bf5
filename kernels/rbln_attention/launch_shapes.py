"""Launch shapes of the attention kernels: what was measured, and defaults where nothing was.

What was measured lies as data in the folder `shapes`. An entry names the device that it was
measured on, and the sizes that it holds for: `D` is that size only, `NB_up_to` is all down to the
next entry. It holds for other devices of its architecture too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import torch

from .tuned import TABLES

FORMAT = 1

# Processors that programs are spread over where the device does not say how many it has, and in
# lockstep, where each program costs time.
USUAL_PROCESSORS, LOCKSTEP_PROCESSORS = 132, 4

# A span that no sequence has.
UNLIMITED = 1 << 20


@dataclass(frozen=True)
class LaunchShape:
    """What a launch is shaped by, beside its arguments."""

    rows: int
    """Rows of a tile: a query head of a token is one."""
    keys: int
    """Keys of a tile."""
    warps: int
    stages: int
    """Tiles that are on their way at once, and one."""
    fill: int
    """Programs for each processor, as far as it takes splits to have them."""
    span: int
    """Cached tokens that a program sees at most, so that no long sequence lasts."""

    def splits(self, programs: int, slots: int, processors: int) -> int:
        """Shares of `slots` cached tokens, for each of `programs` tiles of rows.

        Numbers may be symbols of a trace; then the shares are one as well.
        """
        # Rounded down: programs that find no processor free would start when the others are done.
        wanted = torch.sym_max(processors * self.fill // programs, tiles_of(slots, self.span))
        shares: int = torch.sym_max(1, torch.sym_min(wanted, tiles_of(slots, self.keys)))
        return shares


@dataclass(frozen=True)
class Processor:
    """What decides for a shape of a device."""

    name: str
    arch: str
    """As Triton names targets: "sm_90", "gfx942", or "cpu"."""
    count: int


@cache
def processor_of(device: torch.device) -> Processor:
    """Who computes there; the CPU stands for lockstep."""
    if device.type == "cpu":
        return Processor("", "cpu", LOCKSTEP_PROCESSORS)
    if device.type != "cuda":
        return Processor("", device.type, USUAL_PROCESSORS)
    known = torch.cuda.get_device_properties(device)
    arch = getattr(known, "gcnArchName", "") if torch.version.hip else ""
    arch = arch.partition(":")[0] or f"sm_{known.major}{known.minor}"
    return Processor(known.name, arch, known.multi_processor_count)


@lru_cache(maxsize=4096)
def launch_shape(
    operator: str,
    processor: Processor,
    dtype: str,
    narrow: bool,
    sizes: tuple[tuple[str, int], ...],
) -> LaunchShape:
    """The shape for a call of `operator` with these `sizes`: NB, H, G, L, D, P, NP or W.

    `dtype` is that of the query; `narrow` says that products take 16-bit operands.
    """
    known = dict(sizes)
    if narrow:
        for entry in measured(operator):
            if processor.arch == entry["arch"] and entry["dtype"] == dtype and _holds(entry, known):
                return LaunchShape(**entry["shape"])
    return default_shape(processor, narrow, known)


def default_shape(processor: Processor, narrow: bool, sizes: Mapping[str, int]) -> LaunchShape:
    """The shape where nothing was measured."""
    block = max(32, power_of_2(sizes["D"]))
    if not narrow:
        # Products in float32 are sums that threads add up: with more of them each has less code.
        return LaunchShape(16, min(64, max(16, 4096 // block)), 8, 2, 1, 4096)
    # Few kinds of tiles: each is compiled for itself.
    rows = 16 if sizes["G"] * sizes["L"] <= 16 else 64
    if not processor.arch.startswith(("sm_9", "sm_10")):
        return LaunchShape(rows, min(128, max(16, 8192 // block)), 4, 2, 1, 4096)
    if sizes["G"] * sizes["L"] <= 64:
        return _decode_shape(rows, block, sizes, processor)
    return _prefill_shape(block, sizes)


def _decode_shape(
    rows: int, block: int, sizes: Mapping[str, int], processor: Processor
) -> LaunchShape:
    """For few rows, where what counts is reading the cache."""
    if "W" in sizes:
        # Where programs suffice, each moves a whole window on and no second launch is needed.
        return LaunchShape(rows, min(64, 8192 // block), 4, 2, 1, UNLIMITED)
    few = sizes["NB"] * sizes["H"] <= 2 * processor.count
    # With three tiles on their way, more rows and keys of 256 elements exceed shared memory.
    keys = min(128, max(16, (16384 if rows * block < 16384 else 8192) // block))
    return LaunchShape(rows, keys, 4, 3 if few else 2, 1, 4096 if few else 2048)


def _prefill_shape(block: int, sizes: Mapping[str, int]) -> LaunchShape:
    """For many rows, where what counts are products."""
    in_one_block = "W" in sizes or sizes["NP"] == 1 or sizes["P"] % 128 == 0
    if not in_one_block and block <= 128:
        return LaunchShape(128, 64, 8, 3, 1, 8192)
    if "W" not in sizes and sizes["NP"] * sizes["P"] > 16384 and block <= 128:
        return LaunchShape(128, 128, 8, 3, 1, UNLIMITED)
    return LaunchShape(64, min(64, 8192 // block), 4, 3, 1 if "W" in sizes else 2, UNLIMITED)


@cache
def measured(operator: str) -> tuple[dict[str, Any], ...]:
    """The entries of the table for `operator`; those that hold for fewer sizes come first."""
    table = json.loads(files(__package__).joinpath(TABLES[operator]).read_text())
    if table["format"] != FORMAT:
        raise ValueError(f"{TABLES[operator]}: got format {table['format']}, want {FORMAT}")
    return tuple(sorted(table["measured"], key=_reach))


def _reach(entry: Mapping[str, Any]) -> list[int]:
    return [entry[name] for name in sorted(entry) if name.endswith("_up_to")]


def _holds(entry: Mapping[str, Any], sizes: Mapping[str, int]) -> bool:
    for name, value in entry.items():
        bound = name.removesuffix("_up_to")
        if bound not in sizes:
            continue
        if sizes[bound] != value and (bound == name or sizes[bound] > value):
            return False
    return True


def known(number: int | torch.SymInt) -> int | None:
    """A number that is no symbol of a trace; None for a symbol, whose value nobody may ask for."""
    return number if isinstance(number, int) else None


def tiles_of(size: int, tile: int) -> int:
    """How many tiles cover a size."""
    return -(-size // tile)


def power_of_2(number: int) -> int:
    """The next one, itself included."""
    return 1 << (number - 1).bit_length()
