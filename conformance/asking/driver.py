"""What drives an accelerator: torch's runtime and the driver of the machine."""

import re
from pathlib import Path

import torch

_NVIDIA = Path("/proc/driver/nvidia/version")
_AMD = Path("/sys/module/amdgpu/version")


def driver_of(torch_device: str) -> str:
    """The driver behind a device of torch such as ``cuda:1``; ``none`` for the CPU.

    Examples are ``CUDA 12.8, driver 570.86`` and ``ROCm 6.4, driver 6.12``.
    """
    kind = torch_device.partition(":")[0]
    if kind == "cpu":
        return "none"
    if kind == "cuda" and torch.version.hip:
        return f"ROCm {torch.version.hip}, driver {_version(_AMD)}"
    if kind == "cuda":
        return f"CUDA {torch.version.cuda}, driver {_version(_NVIDIA)}"
    return f"{kind}, driver unknown"


def _version(path: Path) -> str:
    """The first version number in a file of the kernel."""
    try:
        found = re.search(r"\d+(\.\d+)+", path.read_text())
    except OSError:
        return "unknown"
    return found[0] if found else "unknown"
