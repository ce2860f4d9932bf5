"""Launches: what a launch shape means, and how a launch is repeated without asking Triton again."""

from collections.abc import Mapping
from typing import Any

import torch
import triton
from triton.runtime import jit

# Triton 3.6 to 3.9 have it; without it every launch goes through Triton.
_COMPILED = getattr(triton.compiler, "CompiledKernel", ())

WARP = 32
"""Threads that run together on an NVIDIA GPU."""

ALIGNMENT = 16
"""Bytes. To addresses that it divides Triton compiles vectors of loads and stores."""


class Launch:
    """A routing kernel with everything of its launch that is not a tensor, a stride or T."""

    __slots__ = ("compiled", "constants", "kernel", "rows", "warps")

    def __init__(self, kernel: Any, shape: Mapping[str, int], experts: int, topk: int) -> None:
        """The launch of `kernel` that a shape of `launch_shapes` means for E experts and K slots.

        Raises ValueError for lanes that keep too few keys for E and K.
        """
        heads, lanes = shape["heads"], shape["lanes"]
        if topk > heads and experts > heads * lanes:
            raise ValueError(
                f"shape: got {lanes} lanes of {heads} keys, want lanes that keep all of "
                f"{experts} experts, or one key for each of {topk} slots"
            )
        self.kernel = kernel
        self.rows, self.warps = shape["rows"], shape["warps"]
        self.compiled: Any = None
        """What Triton compiled for a launch of plain arguments; None before there was one."""
        # `tl.topk` of Triton 3.6 fails when it is asked for one element.
        block_topk = max(2, triton.next_power_of_2(topk))
        if heads > 1 and self.warps > 1 and lanes == WARP:
            # Every thread of a row has a slot, and stores it: see `finish`.
            block_topk = max(WARP, block_topk)
        self.constants = experts, topk, block_topk, heads, lanes, self.rows

    def run(
        self,
        gating: torch.Tensor,
        per_expert_scale: torch.Tensor,
        weights: torch.Tensor,
        ids: torch.Tensor,
    ) -> Any:
        """Launch on the current device. The arguments have been checked, and T is not 0."""
        tokens = gating.shape[0]
        return self.kernel[(triton.cdiv(tokens, self.rows),)](
            gating,
            per_expert_scale,
            weights,
            ids,
            tokens,
            gating.stride(0),
            gating.stride(1),
            per_expert_scale.stride(0),
            *self.constants,
            num_warps=self.warps,
        )

    def run_plain(
        self,
        gating: torch.Tensor,
        per_expert_scale: torch.Tensor,
        weights: torch.Tensor,
        ids: torch.Tensor,
    ) -> None:
        """As `run`, and remember what was compiled, for `repeat`.

        Its arguments are plain: contiguous, aligned to `ALIGNMENT`, and below 2 GiB each.
        """
        compiled = self.run(gating, per_expert_scale, weights, ids)
        if isinstance(compiled, _COMPILED) and _unwatched(self.kernel):
            self.compiled = compiled

    def repeat(self, tokens: int, gating: int, scale: int, weights: int, ids: int) -> bool:
        """Launch what `run_plain` remembers, on the addresses of plain arguments.

        Returns whether it was launched. Triton spends most of a small launch on finding what it
        has compiled, from all that it knows of the arguments. Every plain launch would find the
        same. So that is called, as Triton's tutorials call what a warm-up returns. What Triton is
        set to later, by its knobs or by variables of the environment, has no effect on it.

        Where launches are watched, by replacing `JITFunction.run` or by hooks of the kernel, none
        is repeated, and each goes through Triton. Hooks of Triton's runtime are called either way.
        """
        if self.compiled is None or not _unwatched(self.kernel):
            return False
        grid = ((tokens + self.rows - 1) // self.rows, 1, 1)
        experts = self.constants[0]
        self.compiled[grid](gating, scale, weights, ids, tokens, experts, 1, 1, *self.constants)
        return True


def _unwatched(kernel: Any) -> bool:
    """Whether launches go straight to Triton's own `JITFunction.run`."""
    run = getattr(type(kernel).run, "__globals__", None)
    return run is vars(jit) and not kernel.pre_run_hooks
