"""Routing as one Triton kernel: sort keys, softmax and scale without leaving the registers."""

import torch
import triton
import triton.language as tl

from ..devices import architecture, current, is_current, is_only
from .arguments import check
from .launch_shapes import steps, usual_shape
from .tiles.finish import finish
from .tiles.keys import largest_in_rows
from .tiles.launch import ALIGNMENT, Launch
from .tiles.load import load_keys
from .tiles.rounds import rounds_of_4, rounds_of_8


# Token counts change from step to step while serving: none gets a compilation of its own.
@triton.jit(do_not_specialize=["tokens"])
def _route_kernel(
    gating_pointer,
    scale_pointer,
    weights_pointer,
    ids_pointer,
    tokens,
    gating_token_stride,
    gating_expert_stride,
    scale_stride,
    EXPERTS: tl.constexpr,
    TOPK: tl.constexpr,
    BLOCK_TOPK: tl.constexpr,
    HEADS: tl.constexpr,
    LANES: tl.constexpr,
    ROWS: tl.constexpr,
):
    """Route ROWS tokens, each spread over LANES that keep HEADS keys: 8, 4, or 1.

    8 and 4 select in rounds. 1 sorts whole rows, which is better for many slots.
    """
    # A lane must not drop a key that a slot may need.
    tl.static_assert(EXPERTS <= HEADS * LANES or TOPK <= HEADS)
    rows = tl.program_id(0).to(tl.int64) * ROWS + tl.arange(0, ROWS)[:, None]
    slots = tl.arange(0, BLOCK_TOPK)[None, :]
    if HEADS == 8:
        taken, largest = rounds_of_8(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride, slots,
            EXPERTS, TOPK, ROWS, LANES,
        )  # fmt: skip
    elif HEADS == 4:
        taken, largest = rounds_of_4(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride, slots,
            EXPERTS, TOPK, ROWS, LANES,
        )  # fmt: skip
    else:
        keys = load_keys(
            gating_pointer, rows, tokens, gating_token_stride, gating_expert_stride,
            0, LANES, EXPERTS,
        )  # fmt: skip
        taken = tl.topk(keys, BLOCK_TOPK)
        largest = largest_in_rows(taken)
    finish(
        taken, largest, rows, tokens, slots, scale_pointer, weights_pointer, ids_pointer,
        scale_stride, TOPK, gating_pointer.dtype.element_ty, HEADS > 1 and BLOCK_TOPK == LANES,
    )  # fmt: skip


_PLAIN_TYPES = (torch.Tensor, torch.nn.Parameter)
_LARGEST = 2**31 - 1
"""Bytes of the largest tensor of a plain launch: compilers may tell larger ones apart."""


class _Plan:
    """What calls with the same dtypes, E, K and devices have in common; `check` accepts them."""

    __slots__ = ("launches", "most_tokens", "only_device")

    def __init__(self, gating: torch.Tensor, topk: int) -> None:
        experts, device = gating.shape[1], gating.device
        self.launches = [
            (_LARGEST if most is None else most, Launch(_route_kernel, shape, experts, topk))
            for most, shape in steps(architecture(device), gating.dtype, experts, topk)
        ]
        self.most_tokens = _LARGEST // max(experts * gating.itemsize, topk * 4)
        """Up to so many tokens launches may be plain ones."""
        if device.type == "cpu":
            # Lockstep watches tensors, not addresses.
            self.most_tokens = -1
        self.only_device = is_only(device)

    def launch(self, tokens: int) -> Launch:
        for most, launch in self.launches:
            if tokens <= most:
                return launch
        return self.launches[-1][1]


_plans: dict[tuple[object, ...], _Plan] = {}


def route_triton(
    gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Route with one launch of a Triton kernel, on whatever device the tensors are.

    gating: (T, E) float32, bfloat16 or float16; topk: K; per_expert_scale: (E,) floating point.
    Both are read through their strides, never copied. T = 0 launches nothing.

    Returns weights (T, K) float32 and ids (T, K) int32, both new and contiguous, in descending
    order of logits, with the ties and special values of `torch_route.route_torch`.

    Raises as `arguments.check`.
    """
    plan = _plan(gating, topk, per_expert_scale)
    tokens = gating.shape[0]
    # Without a device, which is given by `gating`, this takes half the time of `torch.empty`.
    weights = gating.new_empty((tokens, topk), dtype=torch.float32)
    ids = gating.new_empty((tokens, topk), dtype=torch.int32)
    if tokens == 0:
        return weights, ids
    if plan is None:
        # What was measured is read from a file, which no compiler follows.
        shape = usual_shape(tokens, gating.shape[1], topk)
        launch = Launch(_route_kernel, shape, gating.shape[1], topk)
    else:
        launch = plan.launch(tokens)
        if (
            tokens <= plan.most_tokens
            and gating.is_contiguous()
            and per_expert_scale.is_contiguous()
            and not gating.is_neg()
            and not per_expert_scale.is_neg()
            and (plan.only_device or is_current(gating.device))
        ):
            tensors = gating, per_expert_scale, weights, ids
            a, b, c, d = [tensor.data_ptr() for tensor in tensors]
            if not (a | b | c | d) % ALIGNMENT:
                if not launch.repeat(tokens, a, b, c, d):
                    launch.run_plain(*tensors)
                return weights, ids
    # The kernel sees bytes only: a view that is negated lazily must be written out first.
    gating, per_expert_scale = gating.resolve_neg(), per_expert_scale.resolve_neg()
    with current(gating.device):
        launch.run(gating, per_expert_scale, weights, ids)
    return weights, ids


def _plan(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> _Plan | None:
    """The plan for a call, from the second such call on without another `check`.

    None where a compiler traces it, or where its arguments are none that a plan can be kept for.
    """
    plain = (
        type(topk) is int
        and type(gating) in _PLAIN_TYPES
        and type(per_expert_scale) in _PLAIN_TYPES
        and not torch.compiler.is_compiling()
    )
    if not plain:
        check(gating, topk, per_expert_scale)
        return None
    # Whatever `check` refuses differs in this from what it accepts.
    kind = (
        topk,
        *gating.shape[1:],
        gating.dtype,
        gating.device,
        *per_expert_scale.shape,
        per_expert_scale.dtype,
        per_expert_scale.device,
    )
    plan = _plans.get(kind)
    if plan is None:
        check(gating, topk, per_expert_scale)
        plan = _plans[kind] = _Plan(gating, topk)
    return plan
