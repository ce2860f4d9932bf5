"""A subject that calls some of its cases unsupported has not passed, whatever else it answers."""

from conformance.events.events import RunFinished
from conformance.events.request import Profile, Request
from conformance.events.verdict import Verdict
from conformance.runs.plan import Checks, Plan
from conformance.runs.run import run

PROFILE = Profile("few", "", examples=2, largest=5000, shrink_seconds=0.5, binaries="none")
SUBJECT = """
import torch
from conformance.memory.unsupported import UnsupportedFeature
from conformance_kernels.gemma4_routing.torch_route import route_torch
def route(gating, topk, scale):
    if gating.dtype == torch.bfloat16:
        raise UnsupportedFeature("inline assembly")
    return route_torch(gating, topk, scale)
"""


def test_a_case_that_is_called_unsupported_leaves_the_run_undecided(tmp_path):
    path = tmp_path / "subject.py"
    path.write_text(SUBJECT)
    events = []
    request = Request("gemma4_routing", f"{path}:route", "cpu", PROFILE, 1)
    end = run(Plan(request, Checks(("dtypes", "repetition"))), [events.append])
    assert isinstance(end, RunFinished)
    assert end.counts == {"UNSUPPORTED": 1, "PASS": 1}
    assert end.verdict is Verdict.UNSUPPORTED
