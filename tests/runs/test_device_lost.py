"""A device that a kernel brings down is its failure; the next check gets a new process."""

import pytest

from conformance.events.request import Profile, Request
from conformance.events.verdict import Verdict
from conformance.execution.device_lost import DeviceLost
from conformance.runs.session import Session

SUBJECT = """
from conformance.execution.device_lost import DeviceLost

def route(gating, topk, per_expert_scale):
    raise DeviceLost("AcceleratorError: CUDA error: {words}")
"""


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("an illegal memory access was encountered", Verdict.FAIL),
        ("GPU has fallen off the bus", Verdict.ERROR),
    ],
)
def test_who_lost_the_device_decides(tmp_path, words, verdict):
    file = tmp_path / "subject.py"
    file.write_text(SUBJECT.format(words=words))
    few = Profile("few", "", examples=1, largest=5_000, shrink_seconds=1)
    request = Request("gemma4_routing", f"{file}:route", "cpu", few, seed=1)
    with Session(request, lambda event: None) as session:
        assert session.load().verdict is Verdict.PASS
        for check in ("values", "ties"):
            event = session.ask(check, "")
            assert event.verdict is verdict
            assert words in event.reason
            # Another case is asked after a failure, of whichever kind.
            assert event.cases == (2 if verdict is Verdict.FAIL else 1)


ONCE = """
from pathlib import Path

from conformance.execution.device_lost import DeviceLost
from conformance_kernels.gemma4_routing.torch_route import route_torch

def route(gating, topk, per_expert_scale):
    before = Path({mark!r})
    if {once} and before.exists():
        return route_torch(gating, topk, per_expert_scale)
    before.touch()
    raise DeviceLost("AcceleratorError: CUDA error: an illegal memory access was encountered")
"""


@pytest.mark.parametrize(
    ("once", "told"),
    [
        (False, "again in a fresh process"),
        (True, "the case alone has no finding in a fresh process: a kernel of an earlier call"),
    ],
)
def test_a_fault_of_a_kernel_is_asked_again_in_a_fresh_process(tmp_path, once, told):
    file = tmp_path / "subject.py"
    file.write_text(ONCE.format(mark=str(tmp_path / "mark"), once=once))
    few = Profile("few", "", examples=1, largest=5_000, shrink_seconds=0.1)
    request = Request("gemma4_routing", f"{file}:route", "cpu", few, seed=1)
    with Session(request, lambda event: None) as session:
        assert session.load().verdict is Verdict.PASS
        event = session.ask("values", "")
    assert event.verdict is Verdict.FAIL
    assert event.failures[0].finding.where.startswith(told)


def test_every_kernel_fault_is_known_by_its_words():
    assert DeviceLost("CUDA error: misaligned address").faulted
    assert not DeviceLost("CUDA error: out of memory").faulted
