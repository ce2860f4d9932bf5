"""What in compiled code computes otherwise than the source says, read from its assembly."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

PLACES = ("ptx", "amdgcn")
"""What Triton calls the assembly of a kernel."""

REASONS: Mapping[str, re.Pattern[str]] = {
    "ex2.approx": re.compile(r"\bex2\.approx|\bv_exp_f"),
    "lg2.approx": re.compile(r"\blg2\.approx|\bv_log_f"),
    "division": re.compile(r"\b(?:div\.(?:full|approx)|rcp\.approx)|\bv_rcp_f"),
    "square root": re.compile(r"\br?sqrt\.approx|\bv_r?sqrt_f|\bv_rsq_f"),
    "sin, cos or tanh": re.compile(r"\b(?:sin|cos|tanh)\.approx|\bv_(?:sin|cos)_f"),
    "multiply-add is contracted": re.compile(r"\bfma\.r|\bv_(?:pk_)?fma"),
    "tensor cores": re.compile(r"\b(?:mma|wgmma|tcgen05)\b|\bv_(?:s?mfma|wmma)_"),
    "order of a reduction": re.compile(r"\b(?:shfl\.sync|redux|red\.|atom\.)|\bds_|_dpp\b"),
    "denormals are flushed": re.compile(r"\.ftz\b"),
}
"""For each reason the instructions that show it, of NVIDIA's and AMD's GPUs.

PTX ISA, "Floating Point Instructions": ``.approx`` and ``div.full`` are within a few units in the
last place, ``.ftz`` flushes subnormal inputs and results to zero, ``fma`` rounds once. A tree over
lanes and a product in tensor cores add in another order than a loop.
"""
_WORD = re.compile(r"[a-z_][\w.]*")
"""An instruction, with its modifiers; also a label, a register, a type."""
FLUSHED = "denormals are flushed"


def reasons_in(kernels: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """How many instructions of each reason kernels hold; each is given as its ``asm`` by place."""
    counts: dict[str, int] = {}
    for asm in kernels:
        text = next((str(asm[place]) for place in PLACES if place in asm), "")
        for reason, count in _counted(text):
            counts[reason] = counts.get(reason, 0) + count
    return counts


@lru_cache(maxsize=4096)
def _counted(text: str) -> tuple[tuple[str, int], ...]:
    """Remembered: a kernel is launched in many cases, and its assembly has thousands of lines."""
    counts: Counter[str] = Counter()
    for word, count in Counter(_WORD.findall(text)).items():
        for reason in _shown_by(word):
            counts[reason] += count
    return tuple(counts.items())


@lru_cache(maxsize=4096)
def _shown_by(word: str) -> tuple[str, ...]:
    return tuple(reason for reason, pattern in REASONS.items() if pattern.search(word))
