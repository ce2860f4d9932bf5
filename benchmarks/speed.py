"""Lockstep against Triton's own interpreter, on vLLM's released routing kernel."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.row import Row

EXPERTS, CHOSEN = 128, 8
TOKENS, INTERPRETED_TOKENS, REPEATS = 20_000, 6, 5
SUBJECT = "vllm==0.32.0"

_INTERPRETED = """
import sys, torch
from benchmarks.speed import released, timed
route = released()
timed(route, 1)
seconds, result = timed(route, int(sys.argv[1]))
torch.save(result, sys.argv[2])
print(seconds)
"""


def released() -> Callable[..., Any]:
    """The host function of the released kernel."""
    from conformance.catalogue.operators import find_operator
    from conformance.subjects.subject import load_subject

    return load_subject(find_operator("gemma4_routing"), SUBJECT).function


def timed(route: Callable[..., Any], tokens: int) -> tuple[float, Any]:
    """Seconds of one call on ``tokens`` rows of fp32 logits, and its result."""
    import torch

    generator = torch.Generator().manual_seed(tokens)
    gating = torch.randn(tokens, EXPERTS, generator=generator)
    scale = torch.rand(EXPERTS, generator=generator)
    begin = perf_counter()
    result = route(gating, CHOSEN, scale)
    return perf_counter() - begin, result


def interpreted(folder: Path) -> tuple[float, Any]:
    """Seconds and result of Triton's interpreter, which an environment variable must select."""
    import torch

    path = folder / "interpreted.pt"
    done = subprocess.run(
        [sys.executable, "-c", _INTERPRETED, str(INTERPRETED_TOKENS), str(path)],
        env={**os.environ, "TRITON_INTERPRET": "1"}, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return float(done.stdout.split()[-1]), torch.load(path)


def rows() -> list[Row]:
    """Time per token, time of a launch, equality of bits."""
    import torch

    from conformance.lockstep import lockstep
    from conformance.tensors.dtypes import same_bits

    with tempfile.TemporaryDirectory() as folder:
        slow_seconds, wanted = interpreted(Path(folder))
    route = released()
    with lockstep():
        first = timed(route, 1)[0]
        single = statistics.median(timed(route, 1)[0] for _ in range(20))
        timed(route, TOKENS)
        many = statistics.median(timed(route, TOKENS)[0] for _ in range(REPEATS))
        got = timed(route, INTERPRETED_TOKENS)[1]
    slow, fast = slow_seconds / INTERPRETED_TOKENS, many / TOKENS
    equal = all(same_bits(a, b) for a, b in zip(got, wanted, strict=True))
    ratio = slow / fast
    return [
        Row(
            f"lockstep against Triton's interpreter per token, {SUBJECT}, T={TOKENS}",
            ">= 30000x",
            f"{ratio:.0f}x ({slow * 1e3:.1f} ms against {fast * 1e3:.4f} ms)",
            ratio >= 30000,
        ),
        Row(
            "lockstep, a launch of T=1",
            "<= 0.8 ms",
            f"{single * 1e3:.2f} ms (the first one {first * 1e3:.0f} ms)",
            single <= 0.0008,
        ),
        Row("lockstep, bits equal the interpreter's", "yes", "yes" if equal else "no", equal),
        Row("torch threads", "-", str(torch.get_num_threads()), None),
    ]
