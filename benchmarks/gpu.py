"""What was promised about checks on a GPU: seconds with an empty cache of compiled kernels."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.command import check
from benchmarks.row import Row

SECONDS = {
    ("gemma4_routing", "quick"): 40,
    ("rbln_attention", "quick"): 120,
    ("gemma4_routing", "gate"): 90,
    ("rbln_attention", "gate"): 300,
}
"""Seconds promised for an operator or a family in a profile, on 16 cores and one H100 or H200."""
FURTHER = (
    "rms_norm", "silu_and_mul", "per_token_quant_int8", "merge_attn_states", "reshape_and_cache",
)  # fmt: skip
"""Operators that have to be green as well; nothing is promised about their time."""
DEVICE = "cuda"
JOBS = "4"


def rows() -> list[Row]:
    """One row for each of :data:`SECONDS`, and one for the further operators."""
    import torch

    if not torch.cuda.is_available():
        return [Row("checks on a GPU", "seconds with a cold cache", "no GPU here", None)]
    return [_timed(*asked, seconds) for asked, seconds in SECONDS.items()] + [_further()]


def _timed(operator: str, profile: str, promised: int) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TRITON_CACHE_DIR"] = str(Path(folder) / "triton")
        ran = check(
            "--device", DEVICE, "--profile", profile, "--jobs", JOBS,
            operator=operator, cache=Path(folder) / "suite",
        )  # fmt: skip
        del os.environ["TRITON_CACHE_DIR"]
    verdicts = ", ".join(f"{count} {name}" for name, count in sorted(ran.verdicts().items()))
    failing = f"; failing: {', '.join(ran.failing())}" if ran.failing() else ""
    return Row(
        f"check {operator} --device {DEVICE} --profile {profile}, cold cache, "
        f"{len(os.sched_getaffinity(0))} cores",
        f"<= {promised} s on 16 cores, green",
        f"{ran.seconds:.1f} s, {verdicts}{failing}",
        ran.seconds <= promised and ran.code == 0,
    )


def _further() -> Row:
    failing: list[str] = []
    for operator in FURTHER:
        ran = check("--device", DEVICE, "--profile", "quick", operator=operator)
        failing += [f"{operator}: {name}" for name in ran.failing()]
        failing += [f"{operator}: exit code {ran.code}"] if ran.code else []
    told = "; ".join(failing) or "all green"
    return Row(f"the further operators, quick, --device {DEVICE}", "green", told, not failing)


def flakes(runs: int = 20, at_once: int = 4) -> list[Row]:
    """Whether runs of routing with other seeds are all green; ``at_once`` of them share the GPU."""
    import torch

    if not torch.cuda.is_available():
        return [Row("runs on a GPU", "no flake", "no GPU here", None)]

    def ran(seed: int) -> list[str]:
        found = check(
            "--device", DEVICE, "--profile", "quick", "--share-device", "--seed", str(seed)
        )
        return [f"seed {seed}: {name}" for name in found.failing() or ["exit"] if found.code]

    with ThreadPoolExecutor(at_once) as pool:
        failing = [each for found in pool.map(ran, range(1, runs + 1)) for each in found]
    told = "; ".join(failing) or f"{runs} of {runs} green"
    return [
        Row(f"check gemma4_routing --device {DEVICE}, {runs} seeds", "green", told, not failing)
    ]
