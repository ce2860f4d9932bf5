"""What was promised about Triton's compiler as a check."""

import tempfile
from pathlib import Path

from benchmarks.command import check
from benchmarks.row import Row
from tests.targets.asked import constructs, refusal, suite_takes

TARGETS = "sm_80,sm_90,sm_100,gfx942,gfx950"
OPERATORS = ("gemma4_routing", "rbln_attention")
COLD, CACHED = 120.0, 5.0
CONSTRUCTS = 47


def rows() -> list[Row]:
    """Seconds of ``builds`` for our kernels, and whether the suite agrees with the compiler."""
    with tempfile.TemporaryDirectory() as folder:
        cold, cached = (_seconds(Path(folder)) for _ in range(2))
    return [
        Row(f"builds for our kernels, {TARGETS}, gate, cold", f"<= {COLD:.0f} s",
            f"{cold:.1f} s", cold <= COLD),
        Row("the same, cached", f"<= {CACHED:.0f} s", f"{cached:.1f} s", cached <= CACHED),
        _agreement(),
    ]  # fmt: skip


def _seconds(cache: Path) -> float:
    """Seconds that the check ``builds`` took, summed over all operators, in a run of all checks."""
    total = 0.0
    for operator in OPERATORS:
        ran = check("--targets", TARGETS, "--jobs", "1", operator=operator, cache=cache)
        events = ran.document["events"]
        finished = [e for e in events if e["event"] == "CheckFinished" and e["check"] == "builds"]
        assert finished and all(event["verdict"] == "PASS" for event in finished), finished
        total += sum(event["seconds"] for event in finished)
    return total


def _agreement() -> Row:
    """Launches of constructs: what the compiler refuses must not be conformant, nor the reverse."""
    refused = agreed = asked = 0
    for kernel in constructs():
        for n in (1, 3):
            says = bool(refusal(kernel, n))
            asked += 1
            refused += says
            agreed += says is not suite_takes(kernel, n)
    what = "constructs on which the suite and the installed Triton agree"
    promised = f"all, {CONSTRUCTS} or more of them refused"
    kept = agreed == asked and refused >= CONSTRUCTS
    return Row(what, promised, f"{agreed} of {asked}, {refused} refused", kept)
