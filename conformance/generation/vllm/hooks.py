"""What holds in a process with vLLM for all of its engines."""

from contextlib import ExitStack
from typing import Any

from conformance.generation.setup import ProcessSetup
from conformance.generation.vllm.attention import use_triton_attention
from conformance.generation.vllm.launches import counting_launches

UNWRITTEN_VARIABLE = "CONFORMANCE_ENGINE_UNWRITTEN"
"""A setup with this variable at ``1`` has reads of memory reported that nobody wrote. Every call of
torch is then watched, which takes three times as long; compiled models cannot be watched."""


class _Hooks:
    """``session`` is the lockstep session of this process, if its kernels run in lockstep."""

    def __init__(self) -> None:
        self.session: Any = None
        self.are_set = False
        #: Open for the life of the process: whatever forgets it closes what is in it.
        self.open = ExitStack()


HOOKS = _Hooks()


def has_gpu() -> bool:
    """Whether Triton's kernels run on a device of this machine."""
    import torch

    return torch.cuda.is_available() or (hasattr(torch, "xpu") and torch.xpu.is_available())


def set_hooks(setup: ProcessSetup) -> None:
    """Open lockstep where there is no GPU, count launches, choose the attention."""
    if HOOKS.are_set:
        return
    HOOKS.are_set = True
    if not setup.triton:
        return
    if not has_gpu():
        from conformance.lockstep import lockstep

        tracks = setup.environment.get(UNWRITTEN_VARIABLE) == "1" and not setup.compiled
        HOOKS.session = HOOKS.open.enter_context(lockstep(track_undefined=tracks))
        if setup.attention == "triton":
            use_triton_attention()
    HOOKS.open.enter_context(counting_launches())
