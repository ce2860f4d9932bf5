"""Faults to plant: wrong attention, found by exactly one of the checks that concern state.

Each is the definition with one thing changed, which shows only in circumstances that its check
alone produces; where a second one cannot help producing them, the fault says so.
"""

import weakref
from collections.abc import Callable
from dataclasses import dataclass

import torch

from .reference import defined
from .table import KINDS

Attention = Callable[..., torch.Tensor]


def right(name: str) -> Attention:
    """The definition as an implementation: output in the dtype of the query, cache in place."""
    kind = KINDS[name]

    def attention(*values: torch.Tensor) -> torch.Tensor:
        query, cache = (values[kind.arguments.index(n)] for n in ("query", "kv_cache"))
        wide = (
            v.double() if v is not None and v.is_floating_point() and v is not cache else v
            for v in values
        )
        output, state = defined(kind, *wide).outputs
        cache.copy_(state)
        return output.to(query.dtype)

    return attention


def _changing(name: str, change: Callable[[dict[str, torch.Tensor]], None]) -> Attention:
    """The right implementation, with some arguments exchanged on the way in."""
    names, inner = KINDS[name].taken, right(name)

    def attention(*values: torch.Tensor) -> torch.Tensor:
        given = dict(zip(names, values, strict=False))
        change(given)
        return inner(*given.values())

    return attention


CAUSAL, MASKED = "flash_causal_attention_naive_decode", "flash_attention_naive_decode"
WINDOWED = "sliding_window_attention_naive_decode"


def truncated_tokens() -> Attention:
    def cut(given: dict[str, torch.Tensor]) -> None:
        if given["kv_cache"].dtype is torch.bfloat16 and given["key"].dtype is torch.float32:
            for side in ("key", "value"):
                bits = given[side].contiguous().view(torch.int32) & -0x10000
                given[side] = bits.view(torch.float32)

    return _changing(CAUSAL, cut)


def sinks_ignored() -> Attention:
    def ignore(given: dict[str, torch.Tensor]) -> None:
        given.pop("sinks", None)

    return _changing(WINDOWED, ignore)


def own_token_always_visible() -> Attention:
    def show(given: dict[str, torch.Tensor]) -> None:
        mask = given["mask"].clone()
        starts = given["seq_idx"].sum(-1)
        for row, start in enumerate(starts.tolist()):
            for new in range(mask.shape[-2]):
                mask[row, ..., new, start + new] = 1
        given["mask"] = mask

    return _changing(MASKED, show)


def padding_to_the_last_block() -> Attention:
    def attention(*values: torch.Tensor) -> torch.Tensor:
        given = dict(zip(KINDS[CAUSAL].taken, values, strict=False))
        output = right(CAUSAL)(*values)
        for row, table in enumerate(given["block_table"]):
            if not table.any():
                for side, new in enumerate((given["key"], given["value"])):
                    given["kv_cache"][side, -1, :, 0, 0] = new[row, :, 0, 0]
        return output

    return attention


def tokens_altogether_cut_to_a_block() -> Attention:
    def cut(given: dict[str, torch.Tensor]) -> None:
        if given["seq_idx"].shape[1] < given["block_table"].shape[1]:
            given["seq_idx"] = given["seq_idx"].clamp(max=given["kv_cache"].shape[-2])

    return _changing(CAUSAL, cut)


def whole_blocks_weighted() -> Attention:
    def attention(*values: torch.Tensor) -> torch.Tensor:
        given = dict(zip(KINDS[CAUSAL].taken, values, strict=False))
        output = right(CAUSAL)(*values)
        cache, slots = given["kv_cache"], given["kv_cache"].shape[-2]
        for row, table in enumerate(given["block_table"].long()):
            end = int(given["seq_idx"][row].sum()) + output.shape[-2]
            if end % slots and table.any():
                rest = cache[1, table[end // slots], :, 0, end % slots :]
                output[row] += (0 * rest).sum(1)[:, None, None].to(output.dtype)
        return output

    return attention


def padding_weighted() -> Attention:
    def attention(*values: torch.Tensor) -> torch.Tensor:
        given = dict(zip(KINDS[CAUSAL].taken, values, strict=False))
        output = right(CAUSAL)(*values)
        padded = ~given["block_table"].bool().any(-1)
        return output + (0 * given["key"][padded]).sum().to(output.dtype)

    return attention


def block_of_the_call_before() -> Attention:
    inner = right(CAUSAL)
    before: list[tuple[weakref.ref[torch.Tensor], torch.Tensor, int]] = []

    def attention(*values: torch.Tensor) -> torch.Tensor:
        given = dict(zip(KINDS[CAUSAL].taken, values, strict=False))
        starts, cache = given["seq_idx"].sum(-1), given["kv_cache"]
        new, slots = given["query"].shape[-2], cache.shape[-2]
        steps = 0
        for owner, earlier, taken in before:
            if owner() is cache and torch.equal(earlier + new, starts):
                steps = taken + 1
        before[:] = [(weakref.ref(cache), starts, steps)]
        kept = cache.clone()
        output = inner(*values)
        for row, start in enumerate(starts.tolist()):
            # One step may be chance: buffers are filled anew by other checks.
            if steps > 1 and start > slots and start % slots < 2:
                # The new tokens are lost: they went to the block that was full.
                block = given["block_table"][row, start // slots].long()
                cache[:, block] = kept[:, block]
        return output

    return attention


@dataclass(frozen=True)
class Fault:
    """One wrong implementation."""

    id: str
    wrong: str
    """What is wrong, and when, in one sentence."""
    operator: str
    caught_by: str
    """Id of the only check that finds it."""
    make: Callable[[], Attention]
    also: tuple[str, ...] = ()
    """Ids of checks that have to find it too: they make the same calls, with other contents."""


_FAULTS = (
    Fault(
        "state-truncation",
        "Float32 tokens lose their lower bits on the way into a bfloat16 cache instead of being "
        "rounded.",
        CAUSAL,
        "state",
        truncated_tokens,
    ),
    Fault(
        "positions-implicit-self",
        "A token sees itself although its mask hides it.",
        MASKED,
        "positions",
        own_token_always_visible,
    ),
    Fault(
        "variants-padding-wraps",
        "Padded rows write to block -1, which is the last one of the pool.",
        CAUSAL,
        "variants",
        padding_to_the_last_block,
        also=("undefined",),
    ),
    Fault(
        "variants-form-misread",
        "Tokens that are counted altogether are taken for those of the first block, which is right "
        "for sequences within it.",
        CAUSAL,
        "variants",
        tokens_altogether_cut_to_a_block,
    ),
    Fault(
        "variants-sinks-ignored",
        "Sinks are accepted, and take no weight.",
        WINDOWED,
        "variants",
        sinks_ignored,
        also=("dtypes", "special", "layout", "poison"),
    ),
    Fault(
        "undefined-zero-times-nan",
        "Slots behind the last token have weight zero, but are multiplied all the same.",
        CAUSAL,
        "undefined",
        whole_blocks_weighted,
    ),
    Fault(
        "undefined-padding-weighted",
        "The keys of padded rows have weight zero in the other rows, but are multiplied all the "
        "same.",
        CAUSAL,
        "undefined",
        padding_weighted,
    ),
    Fault(
        "sequence-block-kept",
        "A sequence that goes on into its next block loses that block's first tokens, for its "
        "table is remembered from the call before.",
        CAUSAL,
        "sequence",
        block_of_the_call_before,
    ),
)

FAULTS: dict[str, Fault] = {fault.id: fault for fault in _FAULTS}
