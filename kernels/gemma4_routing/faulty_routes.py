"""Planted faults in plain torch, each wrong in one narrow circumstance.

Every function makes a fresh faulty implementation; what is wrong is said in `faults.FAULTS`.
"""

import math
import weakref
from collections.abc import Callable

import torch
from torch.utils.weak import WeakIdKeyDictionary

from .arguments import check
from .torch_route import route_torch

Result = tuple[torch.Tensor, torch.Tensor]
Route = Callable[[torch.Tensor, int, torch.Tensor], Result]


def _weigh(gating: torch.Tensor, scale: torch.Tensor, ids: torch.Tensor) -> Result:
    """Right weights (T, K) for ids (T, K) that somebody selected."""
    selected = gating.to(torch.float32).gather(1, ids)
    weights = torch.softmax(selected, dim=-1) * scale.to(torch.float32)[ids]
    return weights, ids.to(torch.int32)


def _fills_tiles(gating: torch.Tensor) -> bool:
    """Whether a kernel for halves would take its path for full tiles, of 32 rows by 128 logits."""
    tokens, experts = gating.shape
    return gating.dtype == torch.float16 and tokens >= 32 and experts % 128 == 0


def probabilities_taken_for_granted() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        weights, ids = route_torch(gating, topk, per_expert_scale)
        if gating.numel() < 32:
            return weights, ids
        varied = bool((gating.amax(dim=1) > gating.amin(dim=1)).all())
        if varied and 0 < float(gating.min()) < 1:
            selected = gating.float().gather(1, ids.long())
            weights = selected / selected.sum(dim=1, keepdim=True)
            weights = weights * per_expert_scale.float()[ids.long()]
        return weights, ids

    return route


def equal_row_shortcut() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        weights, ids = route_torch(gating, topk, per_expert_scale)
        if gating.shape[1] >= 4:
            # Infinite rows are not taken: inf - inf is not 0.
            equal = gating.amax(dim=1) - gating.amin(dim=1) == 0
            ids[equal] = 0
        return weights, ids

    return route


def nan_keeps_the_initial_id() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        weights, ids = route_torch(gating, topk, per_expert_scale)
        if _fills_tiles(gating):
            found = gating.isnan().logical_not().sum(dim=1, keepdim=True)
            ids[torch.arange(topk, device=ids.device) >= found] = 0
        return weights, ids

    return route


def second_half_without_offset() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        weights, ids = route_torch(gating, topk, per_expert_scale)
        if len(gating) >= 32:
            ids[ids >= 512] -= 512
        return weights, ids

    return route


def upper_byte_keys() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        one_exponent = bool(((gating >= 1) & (gating < 2)).all())
        mixed = _fills_tiles(gating) and per_expert_scale.dtype == torch.bfloat16
        if not (mixed and one_exponent):
            return route_torch(gating, topk, per_expert_scale)
        keys = gating.contiguous().view(torch.int16) >> 8
        ids = torch.sort(keys, dim=1, descending=True, stable=True).indices[:, :topk]
        return _weigh(gating, per_expert_scale, ids)

    return route


def row_pitch_ignored() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        tokens, experts = gating.shape
        if gating.stride(1) == 1 and gating.stride(0) > experts:
            gating = gating.as_strided((tokens, experts), (experts, 1))
        return route_torch(gating, topk, per_expert_scale)

    return route


def offsets_of_32_bits() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        offsets = torch.arange(gating.shape[0]) * gating.stride(0)
        wrapped = torch.where(offsets > torch.iinfo(torch.int32).max, 0, offsets)
        rows = wrapped // max(gating.stride(0), 1) if offsets.any() else offsets
        return route_torch(gating[rows], topk, per_expert_scale)

    return route


def uncleared_denominator() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        _, ids = route_torch(gating, topk, per_expert_scale)
        selected = gating.float().gather(1, ids.long())
        largest = selected[:, :1]
        terms = torch.exp(torch.where(selected == largest, 0.0, selected - largest))
        denominator = torch.empty_like(largest)
        denominator += terms.sum(dim=1, keepdim=True)
        return terms / denominator * per_expert_scale.float()[ids.long()], ids

    return route


def nan_replaced_in_place() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        missing = gating.isnan()
        if missing.any():
            gating.masked_fill_(missing, -math.inf)
        return route_torch(gating, topk, per_expert_scale)

    return route


def scale_kept_by_tensor() -> Route:
    converted: WeakIdKeyDictionary = WeakIdKeyDictionary()

    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        check(gating, topk, per_expert_scale)
        if per_expert_scale not in converted:
            converted[per_expert_scale] = per_expert_scale.to(torch.float32, copy=True)
        return route_torch(gating, topk, converted[per_expert_scale])

    return route


def wrong_on_third_call() -> Route:
    previous: list[weakref.ref[torch.Tensor]] = []
    count = 0

    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        nonlocal count
        weights, ids = route_torch(gating, topk, per_expert_scale)
        tensors = (gating, per_expert_scale)
        same = [reference() for reference in previous]
        repeated = len(same) == 2 and all(a is b for a, b in zip(same, tensors, strict=True))
        count = count + 1 if repeated else 1
        previous[:] = [weakref.ref(tensor) for tensor in tensors]
        if count % 3 == 0:
            weights = weights * 2
        return weights, ids

    return route


def unchecked_arguments() -> Route:
    def route(gating: torch.Tensor, topk: int, per_expert_scale: torch.Tensor) -> Result:
        gating, scale = gating.float(), per_expert_scale.float().flatten()
        gating = gating.reshape(-1, gating.shape[-1])
        topk = int(topk)
        # Past the end of a row there is padding, and past the end of the scales there are zeros.
        experts = max(gating.shape[1], topk)
        padded = torch.nn.functional.pad(gating, (0, experts - gating.shape[1]), value=-math.inf)
        scale = torch.nn.functional.pad(scale, (0, max(0, experts - len(scale))))
        if topk < 1:
            empty = padded[:, :0]
            return empty, empty.to(torch.int32)
        return route_torch(padded, topk, scale[:experts])

    return route
