"""The same verdicts whatever the seed."""

import sys
from dataclasses import replace

from benchmarks.row import Row


def rows(runs: int) -> list[Row]:
    """The gate's checks on the unmutated kernel with seeds 1 … ``runs``, in one process.

    The gate's draws; of its fixed cases those with up to 100000 elements, for the larger ones
    differ between seeds in their random logits only.
    """
    from conformance_kernels.gemma4_routing.contract import OPERATOR
    from conformance_kernels.gemma4_routing.triton_route import route_triton

    import conformance
    from conformance.policy.profiles import profile

    small = replace(profile("gate"), largest=100_000)
    flakes = []
    for seed in range(1, runs + 1):
        report = conformance.check(OPERATOR, route_triton, profile=small, seed=seed)
        failed = [event.check for event in report.checks if event.verdict != "PASS"]
        print(f"  seed {seed}: {', '.join(failed) or 'all pass'}", file=sys.stderr, flush=True)
        if failed:
            flakes.append(seed)
    return [
        Row(
            f"{runs} runs with different seeds on the unmutated kernel",
            "no flake",
            f"{len(flakes)} runs differ {flakes or ''}".strip(),
            not flakes,
        )
    ]
