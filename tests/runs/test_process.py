"""A crash, a hang, a glutton: a verdict of the check in question, with the case, and on it goes."""

import pytest

from conformance.events.events import CaseStarted, Ready
from conformance.events.finding import Kind
from conformance.events.request import Limits
from conformance.events.verdict import Verdict

from .workers import MEMORY, asked, misbehaving, request

ENDINGS = [
    ("ctypes.string_at(0)", "import ctypes", "crashed with SIGSEGV"),
    ("os._exit(7)", "import os", "ended the process with exit code 7"),
]


def assert_only_layout_failed(events, reason):
    """The check after the one that killed the process finds a subject that works."""
    loaded, layout, arguments = events
    assert (loaded.verdict, arguments.verdict) == (Verdict.PASS, Verdict.PASS)
    assert (layout.verdict, layout.reason) == (Verdict.FAIL, reason)
    (failure,) = layout.failures
    assert failure.case.startswith("gemma4_routing@layout@") and "gating=bfloat16" in failure.case
    found = failure.findings[0]
    assert (found.about, found.message, found.kind) == ("call", reason, Kind.DIED)


@pytest.mark.parametrize(("line", "imports", "reason"), ENDINGS)
def test_the_end_of_the_process_is_the_verdict_of_the_check(tmp_path, line, imports, reason):
    events, heard = asked(request(tmp_path, misbehaving(line, imports)), "layout", "arguments")
    assert_only_layout_failed(events, reason)
    assert sum(isinstance(event, Ready) for event in heard) == 1
    last = [event for event in heard if isinstance(event, CaseStarted) and event.check == "layout"]
    assert last[-1].case == events[1].failures[0].case


def test_a_call_without_end_is_ended(tmp_path):
    body = misbehaving("time.sleep(60)", "import time")
    events, _ = asked(request(tmp_path, body, Limits(call_seconds=2.0)), "layout", "arguments")
    assert_only_layout_failed(events, "no end after 2 s")
    assert 2.0 <= events[1].seconds < 20.0


def test_a_call_that_takes_too_much_memory_is_ended(tmp_path):
    line = "kept = [(time.sleep(0.02), bytearray(b'x' * (50 << 20))) for _ in range(100)]"
    events, _ = asked(
        request(tmp_path, misbehaving(line, "import time"), MEMORY), "layout", "arguments"
    )
    assert_only_layout_failed(events, "took more than 1 GiB of memory")


def test_what_the_subject_prints_last_is_part_of_the_failure(tmp_path):
    line = "print('x' * 5_000_000); print('assertion failed', flush=True); os._exit(1)"
    events, _ = asked(request(tmp_path, misbehaving(line, "import os")), "layout")
    got = events[1].failures[0].findings[0].got
    assert got.endswith("assertion failed") and len(got) < 1000


def test_a_subject_that_prints_a_lot_passes(tmp_path):
    body = misbehaving("print('{' * 300_000); sys.stderr.write('no' * 9999)", "import sys", "True")
    events, _ = asked(request(tmp_path, body), "arguments")
    assert [event.verdict for event in events] == [Verdict.PASS, Verdict.PASS]


def test_leaving_by_sys_exit_is_an_answer_that_is_wrong(tmp_path):
    events, _ = asked(request(tmp_path, misbehaving("sys.exit(0)", "import sys", "True")), "values")
    finding = events[1].failures[0].findings[0]
    assert (finding.about, finding.message) == ("call", "raised instead of answering")
    assert "SystemExit" in finding.got


def test_the_suite_that_dies_between_calls_is_an_error_and_no_failure(tmp_path):
    body = misbehaving(
        "threading.Timer(0.3, os._exit, [5]).start()", "import os, threading", "True"
    )
    body += "\nimport conformance.execution.cpu as d, time\ninner = d.LockstepCPU.call\n"
    body += (
        "def call(*a):\n    out = inner(*a); time.sleep(2); return out\nd.LockstepCPU.call = call"
    )
    events, _ = asked(request(tmp_path, body), "values")
    assert events[1].verdict is Verdict.ERROR and events[1].failures == ()
    assert "while judging" in events[1].reason and "exit code 5" in events[1].reason
