"""A crash, a hang, a glutton: a verdict of the check in question, with the case, and on it goes."""

import subprocess
from time import monotonic, sleep

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
    started = [event for event in heard if isinstance(event, CaseStarted)]
    assert events[1].failures[0].case in [e.case for e in started if e.check == "layout"]


def test_a_call_without_end_is_ended(tmp_path):
    body = misbehaving("time.sleep(60)", "import time")
    events, _ = asked(request(tmp_path, body, Limits(call_seconds=2.0)), "layout", "arguments")
    assert_only_layout_failed(events, "no end after 2 s")
    assert 2.0 <= events[1].seconds < 20.0


def test_a_call_without_end_leaves_none_of_the_processes_that_it_started(tmp_path):
    line = (
        "child = subprocess.Popen(['sleep', '300']);"
        " open(os.path.dirname(__file__) + '/child', 'w').write(str(child.pid)); time.sleep(60)"
    )
    body = misbehaving(line, "import os, subprocess, time", "True")
    events, _ = asked(request(tmp_path, body, Limits(call_seconds=1.5)), "values")
    assert events[1].reason == "no end after 1.5 s"
    child = int((tmp_path / "child").read_text())
    end = monotonic() + 10
    while runs(child) and monotonic() < end:
        sleep(0.05)
    assert not runs(child)


def runs(process):
    """Whether a process of that number is there, and not only waits to be forgotten."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True)
    return done.stdout.strip()[:1] not in ("", "Z")


def test_what_was_found_before_the_process_ended_is_told_beside_its_end(tmp_path):
    """Right in float32 but for all weights, which are twice as large; ends in calls of halves."""
    body = misbehaving("os._exit(7)", "import os").replace("return route_torch", "return twice")
    body += (
        "\ndef twice(*call):\n    weights, ids = route_torch(*call)\n    return weights * 2, ids\n"
    )
    events, _ = asked(request(tmp_path, body), "dtypes", "arguments")
    dtypes = events[1]
    assert dtypes.verdict is Verdict.FAIL
    kinds = {failure.finding.kind: failure for failure in dtypes.failures}
    assert list(kinds) == [Kind.VALUE, Kind.DIED] and len(dtypes.failures) == 2
    assert "gating=float32" in kinds[Kind.VALUE].case
    assert "gating=float32" not in kinds[Kind.DIED].case
    assert events[2].verdict is Verdict.PASS


def test_a_subject_that_ends_its_process_in_one_call_is_told_what_is_wrong_in_others(tmp_path):
    """Ends in the first call of all; other weights are twice as large."""
    body = misbehaving("os._exit(7)", "import os", "ended()")
    body = body.replace("return route_torch", "return twice")
    body += "\ndef ended(path=__file__ + '.ended'):\n"
    body += "    if os.path.exists(path): return False\n"
    body += "    open(path, 'w').close()\n    return True\n"
    body += "def twice(*call):\n    weights, ids = route_torch(*call)\n"
    body += "    return weights * 2, ids\n"
    events, heard = asked(request(tmp_path, body), "values")
    kinds = [failure.finding.kind for failure in events[1].failures]
    assert sorted(kinds) == [Kind.DIED, Kind.VALUE]
    assert events[1].reason == "ended the process with exit code 7"
    died = next(f.case for f in events[1].failures if f.finding.kind is Kind.DIED)
    started = [event.case for event in heard if isinstance(event, CaseStarted)]
    assert started.count(died) == 1 and len(started) > 2


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


def test_a_subject_that_ends_its_process_between_two_calls_fails(tmp_path):
    body = misbehaving("threading.Timer(0.02, os._exit, [5]).start()", "import os, threading")
    events, _ = asked(request(tmp_path, body), "layout", "arguments")
    layout, arguments = events[1:]
    assert (layout.verdict, arguments.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert "ended the process with exit code 5" in layout.reason
