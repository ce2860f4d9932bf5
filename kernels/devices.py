"""What operators ask of a device: does Triton run there, and how is it made the current one?"""

import contextlib
import sys
from functools import cache

import torch

# Device types that Triton compiles for; torch calls ROCm devices "cuda" too.
TRITON_DEVICES = frozenset({"cuda", "xpu"})


def implementation_for(device: torch.device | str) -> str:
    """Name of the implementation for tensors on `device`: "triton" or "torch".

    The CPU has Triton while a session of `conformance.lockstep` is open.
    """
    kind = torch.device(device).type
    return "triton" if kind in TRITON_DEVICES or (kind == "cpu" and _in_lockstep()) else "torch"


def wants_triton(tensor: object) -> bool:
    """Whether a call is for Triton, told by its first tensor; what is none goes the plain path."""
    return isinstance(tensor, torch.Tensor) and implementation_for(tensor.device) == "triton"


def current(device: torch.device) -> contextlib.AbstractContextManager[object]:
    """Make an accelerator the current one: Triton launches there, not where the tensors are."""
    if device.type == "cpu":
        return contextlib.nullcontext()
    return torch.get_device_module(device).device(device)


def is_current(device: torch.device) -> bool:
    """Whether launches go to ``device`` as things are: `current` would change nothing."""
    if device.type == "cpu":
        return True
    return bool(torch.get_device_module(device).current_device() == device.index)


def is_only(device: torch.device) -> bool:
    """Whether there is no other device of its kind, so that ``device`` is always current."""
    return device.type == "cpu" or torch.get_device_module(device).device_count() == 1


@cache
def architecture(device: torch.device) -> str:
    """What kernels are compiled for there, as Triton names targets: "sm_90", "gfx942"; or "cpu"."""
    if device.type != "cuda":
        return device.type
    known = torch.cuda.get_device_properties(device)
    if torch.version.hip:
        return str(known.gcnArchName).partition(":")[0]
    return f"sm_{known.major}{known.minor}"


def _in_lockstep() -> bool:
    # Not imported to ask: where nobody has, there is no session.
    lockstep = sys.modules.get("conformance.lockstep")
    return lockstep is not None and lockstep.is_open()
