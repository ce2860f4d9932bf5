"""What was promised about kernels on a GPU: ratios within one run of ``conformance bench``."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.row import Row

OPERATORS = (
    "flash_causal_attention_naive_decode",
    "flash_causal_attention_naive_prefill",
    "sliding_window_attention_naive_decode",
    "sliding_window_attention_naive_prefill",
)
PEERS = ("gather+sdpa", "compiled gather", "flex", "vllm")
VLLM = {
    ("bfloat16", 250_000): 5.0, ("bfloat16", 32768): 4.0, ("bfloat16", 2048): 2.0,
    ("bfloat16", 64): 1.25, ("bfloat16", 1): 1.25,
    ("float32", 250_000): 3.5, ("float32", 2048): 1.7, ("float32", 64): 1.1, ("float32", 1): 1.1,
}  # fmt: skip
"""How many times as fast as vLLM's kernel, by dtype and tokens, in graphs."""
OTHERS = {"eager": 40.0, "compiled": 20.0}
"""How many times as fast as torch at 250000 tokens in bfloat16, in graphs."""
FLOOR = 3.5
"""Times the time of moving the bytes, there."""
LARGE, ONCE, LONG_ONCE, SHORT = 512 * 1024, 1.1, 2.0, 8.0
"""Tokens from which on decode takes ``ONCE`` times as long as reading the cache once; the same for
one sequence of 32768; microseconds for one of 1024."""


def rows() -> list[Row]:
    """Routing against vLLM and torch, attention against its peers and against reading once."""
    import torch

    if not torch.cuda.is_available():
        return [Row("kernels on a GPU", "ratios to peers", "no GPU here", None)]
    found = list(_routing(_measured("gemma4_routing")))
    for operator in OPERATORS:
        points = _measured(operator)
        found.append(_ahead(operator, points))
        if operator == OPERATORS[0]:
            found += _once(points)
    return found


def _measured(operator: str) -> list[dict[str, Any]]:
    """The points of a run, each with its figures by subject and timer."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.json"
        words = ["bench", operator, "--device", "cuda", "--json", str(path)]
        subprocess.run([sys.executable, "-m", "conformance", *words], stdout=subprocess.DEVNULL)
        (run,) = json.loads(path.read_text())["runs"]
    for point in run["points"]:
        point["by"] = {(each["name"], each["timer"]): each for each in point["figures"]}
    return list(run["points"])


def _median(point: dict[str, Any], name: str, timer: str = "graph") -> float | None:
    figure = point["by"].get((name, timer))
    return None if figure is None else float(figure["median"])


def _times(point: dict[str, Any], name: str, timer: str = "graph") -> float | None:
    """How many times as fast as ``name`` our kernel is."""
    own, other = _median(point, "triton", timer), _median(point, name, timer)
    return None if own is None or other is None else other / own


def _routing(points: list[dict[str, Any]]) -> Iterator[Row]:
    for point in points:
        dtype, tokens = point["point"]["dtype"], point["point"]["T"]
        if promised := VLLM.get((dtype, tokens)):
            yield _row(
                f"routing against vLLM, {dtype}, T={tokens}", promised, _times(point, "vllm")
            )
        if tokens <= 2048:
            times = _times(point, "vllm", "plain")
            yield _row(f"plain calls against vLLM, {dtype}, T={tokens}", 1.0, times)
        if (dtype, tokens) == ("bfloat16", 250_000):
            for name, promised in OTHERS.items():
                yield _row(f"routing against {name}, T={tokens}", promised, _times(point, name))
            over = _times(point, "bandwidth")
            told = "not measured" if over is None else f"{1 / over:.2f}x"
            kept = None if over is None else 1 / over <= FLOOR
            yield Row(f"routing over the bandwidth floor, T={tokens}", f"<= {FLOOR}x", told, kept)


def _row(what: str, promised: float, times: float | None) -> Row:
    told = "not measured" if times is None else f"{times:.2f}x"
    return Row(what, f">= {promised}x", told, None if times is None else times >= promised)


def _ahead(operator: str, points: list[dict[str, Any]]) -> Row:
    """Whether our kernel is ahead of every peer at every point."""
    behind, worst, count = [], float("inf"), 0
    for point in points:
        for name in PEERS:
            times = _times(point, name)
            if times is not None:
                count += 1
                worst = min(worst, times)
                if times < 1.0:
                    behind.append(f"{point['name']}: {times:.2f}x of {name}")
    told = f"{count - len(behind)} of {count} ahead, at least {worst:.2f}x"
    if behind:
        told += "; behind at " + "; ".join(behind[:6])
    return Row(
        f"{operator} against its peers", "ahead everywhere", told, bool(count) and not behind
    )


def _once(points: list[dict[str, Any]]) -> Iterator[Row]:
    for point in points:
        sizes = point["point"]
        batch, tokens = sizes["NB"], sizes["NP"] * sizes["P"]
        own, floor = _median(point, "triton"), _median(point, "bandwidth")
        what = f"decode, {batch} x {tokens}, blocks of {sizes['P']}"
        if own is None or floor is None:
            continue
        if batch * tokens >= LARGE or (batch, tokens) == (1, 32768):
            promised = ONCE if batch * tokens >= LARGE else LONG_ONCE
            told = f"{own / floor:.2f}x ({own:.1f} us)"
            yield Row(f"{what}, over moving its bytes", f"<= {promised}x", told,
                      own <= promised * floor)  # fmt: skip
        if (batch, tokens) == (1, 1024):
            yield Row(what, f"<= {SHORT} us", f"{own:.1f} us", own <= SHORT)
