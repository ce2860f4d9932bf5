"""Right subjects of several families, again and again with other seeds, while a job is beside."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from benchmarks.command import check
from benchmarks.row import Row

SUBJECTS = (
    ("gemma4_routing", "torch"),
    ("gemma4_routing", "triton"),
    ("attention_naive_decode", "torch"),
    ("causal_attention_naive_prefill", "triton"),
    ("flash_causal_attention_naive_decode", "torch"),
    ("sliding_window_attention_naive_decode", "triton"),
)
_BUSY = "while True: sum(range(10 ** 6))"


def rows(runs: int, jobs: int, first: int = 1) -> list[Row]:
    """``runs`` commands with the profile quick and the seeds from ``first`` on, ``jobs`` at once.

    One more process computes beside them all the time.
    """
    begin = perf_counter()
    busy = subprocess.Popen([sys.executable, "-c", _BUSY])
    try:
        with ThreadPoolExecutor(jobs) as pool:
            codes = list(pool.map(_code, range(first, first + runs)))
    finally:
        busy.kill()
        busy.wait()
    flakes = [seed for seed, code in enumerate(codes, first) if code]
    print(f"  {perf_counter() - begin:.0f} s", file=sys.stderr)
    return [
        Row(
            f"{runs} runs of quick on {len(SUBJECTS)} right subjects, seeds from {first} on",
            "no flake",
            f"{len(flakes)} flakes {flakes or ''}".strip(),
            not flakes,
        )
    ]


def _code(seed: int) -> int:
    operator, subject = SUBJECTS[seed % len(SUBJECTS)]
    ran = check("--subject", subject, "--profile", "quick", "--seed", str(seed), operator=operator)
    if ran.code:
        told = {
            event["check"]: event["reason"] or event["failures"]
            for event in ran.document["events"]
            if event["event"] == "CheckFinished" and event["verdict"] in ("FAIL", "ERROR")
        }
        print(f"  {operator} {subject} seed {seed}: {ran.code} {told}", file=sys.stderr)
    return ran.code
