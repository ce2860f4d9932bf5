"""What programs see of a device while kernels are emulated: Triton's driver and compiler.

Code asks Triton's driver for a target, a device or its properties when it is imported, when it
chooses a configuration, or when torch compiles around it. On a machine without a GPU it would
raise. These stand in, and say that they do: in their names, in the name of the device, in the hash.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import torch

from conformance.lockstep.machine import UnsupportedFeature
from conformance.triton_internals import BaseBackend, DriverBase, GPUTarget

#: Kernels run on the CPU. There is no architecture, and what compares it with one gets False.
EMULATED_TARGET = GPUTarget("cpu", 0, 32)
NAME = "CPU, Triton emulated by conformance.lockstep"
#: What GPUs have, at the lower end: persistent kernels get more than one program, and tiles that
#: fit here fit everywhere.
EMULATED_PROPERTIES = {
    "name": NAME,
    "arch": "emulated",
    "max_shared_mem": 64 << 10,
    "max_num_regs": 64 << 10,
    "multiprocessor_count": 4,
    "warpSize": 32,
    "sm_clock_rate": 1_000_000,
    "mem_clock_rate": 1_000_000,
    "mem_bus_width": 128,
}


class EmulatedEvent:
    """A point in time of the CPU, as events of devices are."""

    def __init__(self, *_: Any, **__: Any):
        self._seconds = 0.0

    def record(self, *_: Any) -> None:
        """Note the time."""
        self._seconds = time.perf_counter()

    def elapsed_time(self, later: EmulatedEvent) -> float:
        """Milliseconds from here to ``later``."""
        return 1000 * (later._seconds - self._seconds)

    def synchronize(self) -> None:
        """Launches have ended when they return."""


class EmulatedDevice:
    """What `torch.cuda` is for a GPU: the interface of the device that kernels run on."""

    Event = EmulatedEvent

    @staticmethod
    def is_available() -> bool:
        """Kernels can be launched."""
        return True

    @staticmethod
    def current_device() -> int:
        """There is one."""
        return 0

    @staticmethod
    def device_count() -> int:
        """There is one."""
        return 1

    @staticmethod
    def set_device(device: Any) -> None:
        """There is one."""

    @staticmethod
    def synchronize(*_: Any) -> None:
        """Launches have ended when they return."""

    @staticmethod
    def get_device_properties(device: Any = None) -> Any:
        """``EMULATED_PROPERTIES`` as attributes."""
        properties: dict[str, Any] = {
            **EMULATED_PROPERTIES,
            "multi_processor_count": EMULATED_PROPERTIES["multiprocessor_count"],
            "warp_size": EMULATED_PROPERTIES["warpSize"],
        }
        return SimpleNamespace(**properties)


class EmulatedUtilities:
    """What a driver has for its compiler and its callers."""

    @staticmethod
    def get_device_properties(device: int = 0) -> dict[str, Any]:
        """``EMULATED_PROPERTIES``."""
        return dict(EMULATED_PROPERTIES)

    @staticmethod
    def load_binary(*_: Any) -> None:
        """Raises ``UnsupportedFeature``: nothing is compiled."""
        raise UnsupportedFeature("loading compiled kernels")


class EmulatedDriver(DriverBase):
    """A driver of Triton's that emulates: it knows a device, and never loads a kernel."""

    def __init__(self) -> None:
        self.utils = EmulatedUtilities()

    @classmethod
    def is_active(cls) -> bool:
        """Kernels can be launched."""
        return True

    def map_python_to_cpp_type(self, ty: str) -> str:
        """As for launchers in C, of which there are none."""
        return ty

    def get_current_target(self) -> GPUTarget:
        """``EMULATED_TARGET``."""
        return EMULATED_TARGET

    def get_active_torch_device(self) -> torch.device:
        """The device of the tensors that kernels take."""
        return torch.device("cpu")

    def get_device_interface(self) -> type[EmulatedDevice]:
        """What asks and waits for the device."""
        return EmulatedDevice

    def get_current_device(self) -> int:
        """There is one."""
        return 0

    def set_current_device(self, device: int) -> None:
        """There is one."""

    def get_current_stream(self, device: int | None = None) -> int:
        """There is one."""
        return 0

    def get_device_capability(self, device: int | None = None) -> tuple[int, int]:
        """None that a GPU has."""
        return 0, 0

    def get_empty_cache_for_benchmark(self) -> torch.Tensor:
        """Memory that benchmarks overwrite between calls."""
        return torch.zeros(1, dtype=torch.int32)

    def clear_cache(self, cache: torch.Tensor) -> None:
        """Overwrite it."""
        cache.zero_()

    def get_benchmarker(self) -> Callable[..., Any]:
        """Calls once and gives the milliseconds, once for each quantile if there are any."""

        def benchmark(call: Callable[[], Any], quantiles: Any = None, **_: Any) -> Any:
            start = time.perf_counter()
            call()
            milliseconds = 1000 * (time.perf_counter() - start)
            return milliseconds if quantiles is None else [milliseconds] * len(quantiles)

        return benchmark


class EmulatedBackend(BaseBackend):
    """A compiler of Triton's for ``EMULATED_TARGET``, which never compiles."""

    @staticmethod
    def supports_target(target: GPUTarget) -> bool:
        """Only what ``EmulatedDriver`` gives."""
        return target == EMULATED_TARGET

    def hash(self) -> str:
        """What caches of compiled code are told apart by."""
        return "emulated-by-conformance-lockstep"

    def parse_options(self, options: dict[str, Any]) -> Any:
        """The options as attributes."""
        return SimpleNamespace(**{"extern_libs": (), "backend_name": "emulated", **options})

    def add_stages(self, stages: dict, options: Any, language: Any = None) -> None:
        """Raises ``UnsupportedFeature``: nothing is compiled."""
        raise UnsupportedFeature("compiling a kernel instead of launching it")

    def load_dialects(self, context: Any) -> None:
        """There are none."""

    def get_module_map(self) -> dict[str, Any]:
        """There are none."""
        return {}
