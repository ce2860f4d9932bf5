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


def test_every_kernel_fault_is_known_by_its_words():
    assert DeviceLost("CUDA error: misaligned address").faulted
    assert not DeviceLost("CUDA error: out of memory").faulted
