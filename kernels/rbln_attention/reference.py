"""What the operators mean, written for reading: plain torch, sequence by sequence, in float64."""

import torch

from conformance.contract import Answer

from .table import OperatorKind
from .words import OUTPUT, STATE

# Weights below the smallest normal float32, 2**-126, may be zero. Far above it, and far below
# anything that a budget of an ulp would notice.
VANISHING_WEIGHT = 2.0**-96


def defined(kind: OperatorKind, *values: torch.Tensor) -> Answer:
    """What an operator owes for `values`, its arguments in order.

    query (NB, H, G, L, D), key and value (NB, H, 1, L, D) float64; kv_cache (2, B, H, 1, P, D) in
    its own dtype; the others as the contract describes them. Returns the output in float64 and the
    cache as it is owed, in its dtype: new tokens rounded to nearest even. Nothing is written.

    Open are the outputs of padded rows and of rows that see nothing, block 0, and the slots of a
    block that was written to behind its last token. A window whose sequence brings no token keeps
    its block as it is. The magnitude of an element is
    ``(1 + S) * sum_j p_j |v_j|`` with ``S = max_j |scale| sum_d |q_d k_jd| + max |sink|``: an error
    ``e`` of a score changes its weight by the factor ``1 + e``, and differences between scores and
    sinks err in proportion to ``S``. To each weight ``VANISHING_WEIGHT`` is added, for float32 may
    flush it.
    """
    attend = _window if kind.window else _paged
    # Sinks may be left out.
    given = dict(zip(kind.taken, values, strict=False))
    output = torch.zeros_like(given["query"])
    cache = given["kv_cache"].clone()
    open_output = torch.zeros(output.shape, dtype=torch.bool)
    open_cache = torch.zeros(cache.shape, dtype=torch.bool)
    open_cache[:, 0] = True
    magnitude = torch.ones_like(output)
    parts = (output, magnitude, open_output, cache, open_cache)
    for row in range(len(output)):
        attend(given, row, *parts)
    return Answer((output, cache), {OUTPUT: magnitude}, {OUTPUT: open_output, STATE: open_cache})


def _paged(given, row, output, magnitude, open_output, cache, open_cache) -> None:
    table = given["block_table"]
    table = (table if table.dim() == 2 else table[None])[row].long()
    if not table.any():
        open_output[row] = True
        return
    query, slots = given["query"][row], cache.shape[-2]
    start = int(given["seq_idx"][row].sum())
    end = start + query.shape[-2]
    positions = torch.arange(end)
    blocks, places = table[positions // slots], positions % slots
    for side, new in enumerate((given["key"], given["value"])):
        tokens = new[row, :, 0].transpose(0, 1).to(cache.dtype)
        cache[side, blocks[start:], :, 0, places[start:]] = tokens
    if end % slots:
        open_cache[:, blocks[-1], :, :, end % slots :] = True
    keys, values = (cache[side, blocks, :, 0, places].double() for side in (0, 1))
    if "mask" in given:
        visible = given["mask"][row, 0, 0, :, :end] > 0
    else:
        visible = positions[None, :] <= (start + torch.arange(end - start))[:, None]
    _attend(given, query, keys, values, visible, output[row], magnitude[row], open_output[row])


def _window(given, row, output, magnitude, open_output, cache, open_cache) -> None:
    held, end = int(given["cache_seq_len"][row]), int(given["cache_offset"][row])
    block = int(given["block_table"].reshape(-1)[row])
    new, width = end - held, cache.shape[-2]
    open_output[row, :, :, max(new, 0) :] = True
    if new <= 0:
        return
    sides = []
    for side, tokens in enumerate((given["key"], given["value"])):
        arrived = tokens[row, :, 0, :new].to(cache.dtype)
        line = torch.cat([cache[side, block, :, 0, :held], arrived], dim=1)
        kept = line[:, max(0, end - width) :]
        cache[side, block, :, 0, : kept.shape[1]] = kept
        sides.append(line.transpose(0, 1).double())
    open_cache[:, block, :, :, min(end, width) :] = True
    distance = (held + torch.arange(new))[:, None] - torch.arange(end)[None, :]
    visible = (distance >= 0) & (distance < width)
    _attend(
        given, given["query"][row, :, :, :new], *sides, visible, output[row, :, :, :new],
        magnitude[row, :, :, :new], open_output[row, :, :, :new],
    )  # fmt: skip


def _attend(given, query, keys, values, visible, output, magnitude, open_output) -> None:
    """Softmax over the visible keys. query (H, G, L, D); keys, values (n, H, D); visible (L, n)."""
    scale = given["qk_scale"].double()
    # Heads first, and one head of keys and values beside the queries of its group.
    across, values = keys.permute(1, 2, 0)[:, None], values.transpose(0, 1)[:, None]
    scores = (query @ across * scale).masked_fill(~visible, -torch.inf)
    sizes = query.abs() @ across.abs() * scale.abs()
    columns = scores.shape[-1]
    if given.get("sinks") is not None:
        heads = given["sinks"].double().view(*query.shape[:2], 1, -1)
        scores = torch.cat([scores, heads.expand(*query.shape[:3], -1)], dim=-1)
    nothing = ~visible.any(-1)
    weights = torch.softmax(scores, dim=-1)[..., :columns].masked_fill(~visible, 0.0)
    output.copy_(weights @ values)
    possible = (weights + VANISHING_WEIGHT).masked_fill(~visible, 0.0)
    spread = possible @ values.abs()
    largest = sizes.masked_fill(~visible, 0.0).amax(-1, keepdim=True)
    if given.get("sinks") is not None:
        # A weight comes out of the difference between a score and a sink, which errs with both.
        largest = largest + heads.abs().amax(-1, keepdim=True)
    magnitude.copy_((1 + largest) * spread)
    open_output[:, :, nothing] = True
