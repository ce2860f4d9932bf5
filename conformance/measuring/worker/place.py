"""The device that is measured: its name, its cache, its memory, its timers."""

import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from conformance.asking.driver import driver_of
from conformance.measuring.told import Machine
from conformance.measuring.worker.cuda_timers import EventTimer, GraphTimer
from conformance.measuring.worker.timers import Timer, WallTimer
from conformance.runs.surroundings import versions

USUAL_CACHE = 32 << 20
"""Bytes of a last cache that nobody tells the size of."""
_LAST_CACHES = "/sys/devices/system/cpu/cpu0/cache"
_CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True)
class Place:
    """Where it is measured. ``torch_device`` is what torch calls it."""

    torch_device: str
    name: str
    architecture: str
    """What figures can be compared within: ``sm_90``, ``x86_64``."""
    cache_bytes: int
    free_bytes: Callable[[], int]
    settle: Callable[[], Any]
    """Waits until all is done. Raises where the device is lost."""
    release: Callable[[], Any]
    """Gives memory back."""
    timers: tuple[Timer, ...]

    @property
    def emulates(self) -> bool:
        """Whether Triton kernels are emulated here."""
        return self.torch_device == "cpu"

    def machine(self, device: str) -> Machine:
        """What reports say of it. ``device`` is what the user called it."""
        return Machine(
            device, self.name, self.architecture, driver_of(self.torch_device), versions(),
            self.cache_bytes, [timer.name for timer in self.timers],
        )  # fmt: skip


def place_of(torch_device: str, cold: bool = False) -> Place:
    """The place of a device of torch: ``cpu``, ``cuda:1``. ``cold``: caches are emptied before
    each replay of a graph."""
    kind = torch_device.partition(":")[0]
    if kind == "cuda":
        return _cuda(torch_device, cold)
    if kind == "cpu":
        return _cpu()
    module = torch.get_device_module(torch_device)
    return Place(
        torch_device, str(module.get_device_name()), kind, USUAL_CACHE, lambda: 8 << 30,
        module.synchronize, module.empty_cache, (WallTimer(module.synchronize),),
    )  # fmt: skip


def _cuda(torch_device: str, cold: bool) -> Place:
    device = torch.device(torch_device)
    torch.cuda.set_device(device)
    properties = torch.cuda.get_device_properties(device)
    architecture = (
        properties.gcnArchName if torch.version.hip else f"sm_{properties.major}{properties.minor}"
    )
    cache = int(getattr(properties, "L2_cache_size", 0)) or USUAL_CACHE
    emptied = torch.empty(2 * cache, dtype=torch.uint8, device=device) if cold else None
    graph = GraphTimer(emptied.zero_) if emptied is not None else GraphTimer()
    return Place(
        torch_device, properties.name, str(architecture), cache,
        lambda: int(torch.cuda.mem_get_info(device)[0]), torch.cuda.synchronize,
        torch.cuda.empty_cache, (graph, EventTimer()),
    )  # fmt: skip


def _cpu() -> Place:
    import psutil

    return Place(
        "cpu", _cpu_name(), platform.machine(), _last_cache(),
        lambda: int(psutil.virtual_memory().available), lambda: None, lambda: None, (WallTimer(),),
    )  # fmt: skip


def _cpu_name() -> str:
    with suppress(OSError):
        for line in _CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _last_cache() -> int:
    """Bytes of the largest cache of the first core, as Linux tells them."""
    sizes = [0]
    for file in Path(_LAST_CACHES).glob("index*/size"):
        with suppress(OSError, ValueError):
            text = file.read_text().strip()
            sizes.append(int(text.rstrip("KM")) << (10 if text.endswith("K") else 20))
    return max(sizes) or USUAL_CACHE
