"""Faults that show only where kernels are compiled for a device, each found by one check of these.

Every implementation is right in a plain call, whatever its contents, and refuses wrong arguments.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import torch

from . import faulty_kernels
from .arguments import check
from .faults import Fault
from .torch_route import route_torch
from .triton_route import route_triton

Result = tuple[torch.Tensor, torch.Tensor]
Route = Callable[[torch.Tensor, int, torch.Tensor], Result]


def _module(tensor: torch.Tensor) -> Any:
    """Torch's module of the device that a tensor is on."""
    return torch.get_device_module(tensor.device)


def _is_captured(tensor: torch.Tensor) -> bool:
    """Whether calls go into a graph of the device, instead of being carried out."""
    capturing = getattr(_module(tensor), "is_current_stream_capturing", None)
    return capturing is not None and bool(capturing())


def is_compiled(tensor: torch.Tensor) -> bool:
    """Whether kernels on this tensor are compiled code, rather than emulated."""
    return tensor.device.type != "cpu"


def scale_kept_in_a_graph() -> Route:
    kept: list[torch.Tensor] = []

    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        if not _is_captured(gating):
            kept[:] = [per_expert_scale.clone()]
        return route_torch(gating, topk, kept[0])

    return route


def host_asks_for_nan() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        if bool(gating.isnan().any()):
            gating = torch.where(gating.isnan(), -torch.inf, gating)
        return route_torch(gating, topk, per_expert_scale)

    return route


def shared_scratch() -> Route:
    scratch: dict[Any, torch.Tensor] = {}

    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        size = (gating.device, tuple(gating.shape))
        if size not in scratch:
            scratch[size] = torch.empty(gating.shape, dtype=torch.float32, device=gating.device)
        logits = scratch[size].copy_(gating)
        return route_torch(logits, topk, per_expert_scale)

    return route


def default_stream() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        module = _module(gating)
        default = getattr(module, "default_stream", None)
        own = default is None or torch.compiler.is_compiling() or _is_captured(gating)
        with nullcontext() if own else module.stream(default()):
            return route_torch(gating, topk, per_expert_scale)

    return route


def unscaled_when_traced() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        if torch.compiler.is_compiling():
            per_expert_scale = torch.ones_like(per_expert_scale)
        return route_torch(gating, topk, per_expert_scale)

    return route


def other_ties_when_compiled() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        if not is_compiled(gating):
            return route_triton(gating, topk, per_expert_scale)
        check(gating, topk, per_expert_scale)
        last = gating.shape[1] - 1
        weights, ids = route_triton(gating.flip(1), topk, per_expert_scale.flip(0))
        return weights, last - ids

    return route


_FAULTS = (
    Fault(
        "replays-scale",
        "While a call is captured into a graph, the scales are those of the last call before it, "
        "which warmed it up: every replay of the graph uses them.",
        "replays",
        scale_kept_in_a_graph,
    ),
    Fault(
        "replays-host",
        "The host asks whether there is a NaN and waits for the answer, which no capture allows.",
        "replays",
        host_asks_for_nan,
    ),
    Fault(
        "streams-scratch",
        "The logits are widened into scratch that all calls of one size share, which calls on "
        "several streams overwrite for each other.",
        "streams",
        shared_scratch,
    ),
    Fault(
        "streams-default",
        "Everything is launched on the default stream, not on the caller's, and so before what "
        "the caller has queued.",
        "streams",
        default_stream,
    ),
    Fault(
        "torch-compiled-scale",
        "The path for calls that torch traces leaves the scales out.",
        "torch_compiled",
        unscaled_when_traced,
    ),
    Fault(
        "emulation-ties",
        "Of equal logits the last ones win where the kernel is compiled, and the first ones in "
        "lockstep: both are right, but one of the two is not what the source says.",
        "emulation",
        other_ties_when_compiled,
    ),
    Fault(
        "sanitizer-read",
        "An element behind the scales is read and discarded: guards of a device see only writes.",
        "sanitizer",
        lambda: faulty_kernels.read_beyond_scale,
    ),
)

DEVICE_FAULTS: dict[str, Fault] = {fault.id: fault for fault in _FAULTS}
