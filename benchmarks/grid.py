"""vLLM's own test grid for its kernel, in lockstep and judged."""

import subprocess
import sys

from benchmarks.row import Row

_RUN = """
import resource, sys
from time import perf_counter
begin = perf_counter()
from conformance.asking.opened import opened_here
from conformance.asking.runner import SubjectRunner
from conformance.events.request import Request
from conformance.inputs.usual import usual_case
from conformance.policy.profiles import profile
request = Request("gemma4_routing", "vllm==0.32.0", "cpu", profile("gate"), 0)
runner = SubjectRunner(request, print, opened_here())
contract = runner.bench.contract
wrong = cases = 0
for sizes, dtype in contract.grids[0].points():
    case = usual_case(contract, "sizes", **sizes).with_tensor("gating", dtype=dtype)
    wrong += bool(runner.bench.run(case).findings())
    cases += 1
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print("figures", cases, wrong, perf_counter() - begin, peak)
"""


def rows() -> list[Row]:
    """Time and memory of the whole process, imports included."""
    done = subprocess.run([sys.executable, "-c", _RUN], check=True, capture_output=True, text=True)
    cases, wrong, seconds, peak = done.stdout.split("figures")[-1].split()
    right = int(cases) == 12 and int(wrong) == 0
    return [
        Row(
            "vLLM's grid of 12 cases in lockstep, judged",
            "<= 90 s, <= 4 GB",
            f"{float(seconds):.1f} s, {int(peak) / 1e9:.2f} GB, {cases} cases, {wrong} wrong",
            right and float(seconds) <= 90 and int(peak) <= 4e9,
        )
    ]
