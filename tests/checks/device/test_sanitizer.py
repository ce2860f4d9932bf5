"""What compute-sanitizer prints becomes findings; what it does not come to is no verdict.

The reports have the form that its manual shows.
"""

import pytest
from conformance_kernels.rms_norm.operator import OPERATOR
from conformance_kernels.rms_norm.torch_rms_norm import rms_norm

from conformance.checks.device.reported import findings_in, summary_of
from conformance.events.finding import Kind
from conformance.events.verdict import Verdict

from .asked import asked

MEMCHECK = """========= COMPUTE-SANITIZER
answered
========= Invalid __global__ write of size 4 bytes
=========     at _norm_kernel+0x70 in /home/me/my_norm.py:41
=========     by thread (31,0,0) in block (1,0,0)
=========     Address 0x7f3c7ec000fc is out of bounds
=========     and is 1 bytes after the nearest allocation at 0x7f3c7ec00000 of size 252 bytes
=========     Saved host backtrace up to driver entry point at kernel launch time
=========     Host Frame: [0x2f1b72] in libcuda.so.1
=========
========= Invalid __global__ write of size 4 bytes
=========     at _norm_kernel+0x70 in /home/me/my_norm.py:41
=========     by thread (30,0,0) in block (1,0,0)
=========     Address 0x7f3c7ec000f8 is out of bounds
=========
========= Invalid __shared__ read of size 16 bytes
=========     at 0x88 in other_kernel(float *)
=========     by thread (0,0,0) in block (0,0,0)
=========     Address 0x400 is out of bounds
=========
========= ERROR SUMMARY: 3 errors
"""
RACECHECK = """========= COMPUTE-SANITIZER
========= Warning: Race reported between Read access at kernel+0x10 in a.py:3
=========     and Write access at kernel+0x20 in a.py:4 [4 hazards]
=========
========= Error: Race reported between Write access at _sum(float *)+0xf0 in my_sum.py:12
=========     and Read access at _sum(float *)+0xd0 in my_sum.py:12 [32 hazards]
=========
========= RACECHECK SUMMARY: 2 hazards displayed (1 error, 1 warning)
"""
INITCHECK = """========= COMPUTE-SANITIZER
========= Uninitialized __global__ memory read of size 4 bytes
=========     at 0x250 in my_norm.py:41:_norm_kernel
=========     by thread (16,0,0) in block (0,0,0)
=========     Address 0x7f3c7ec000fc
=========
========= ERROR SUMMARY: 1 error
"""
CLEAN = "========= COMPUTE-SANITIZER\nanswered\n========= ERROR SUMMARY: 0 errors\n"


def test_accesses_beyond_an_allocation_are_told_once_a_kernel_and_space():
    first, second = findings_in("memcheck", MEMCHECK)
    assert (first.about, first.kind, first.line) == (
        "_norm_kernel", Kind.BOUNDS, "/home/me/my_norm.py:41",
    )  # fmt: skip
    assert first.message == "invalid __global__ write, says compute-sanitizer --tool memcheck"
    assert first.got == (
        "by thread (31,0,0) in block (1,0,0); Address 0x7f3c7ec000fc is out of bounds; "
        "and is 1 bytes after the nearest allocation at 0x7f3c7ec00000 of size 252 bytes"
    )
    assert (second.about, second.message[:25]) == ("other_kernel", "invalid __shared__ read, ")


def test_races_are_told_and_warnings_are_not():
    (race,) = findings_in("racecheck", RACECHECK)
    assert (race.about, race.kind, race.line) == ("_sum", Kind.RACE, "my_sum.py:12")


def test_reads_of_what_nobody_has_written_are_told():
    (read,) = findings_in("initcheck", INITCHECK)
    assert (read.about, read.line) == ("_norm_kernel", "my_norm.py:41")
    assert read.message.startswith("read of __global__ memory that nobody has written")


def test_a_report_without_its_end_has_no_summary():
    assert summary_of(CLEAN) == "ERROR SUMMARY: 0 errors"
    assert summary_of(RACECHECK).startswith("RACECHECK SUMMARY")
    assert summary_of("Segmentation fault") == "" == summary_of("ERROR SUMMARY: 0 errors")


class Watched:
    """Ways that have a sanitizer, which reports this of each tool."""

    names = ("sanitized",)

    def __init__(self, **reports):
        self.reports, self.cases = reports, []

    def sanitize(self, tool, case):
        self.cases.append((tool, case))
        return self.reports.get(tool, (0, CLEAN))


def verdict(device, **reports):
    device.ways = Watched(**reports)
    return asked("sanitizer", OPERATOR.contract, lambda *arguments: None, device)


def test_each_case_runs_under_each_tool(device):
    assert verdict(device).verdict is Verdict.PASS
    tools = [tool for tool, _ in device.ways.cases]
    cases = list(dict.fromkeys(case for _, case in device.ways.cases))
    assert tools == ["memcheck", "racecheck", "initcheck"] * len(cases)
    assert all(case.startswith("rms_norm@sanitizer@") for case in cases)


def test_what_a_tool_reports_fails_with_the_kernel(device):
    found = verdict(device, memcheck=(1, MEMCHECK))
    assert found.verdict is Verdict.FAIL
    assert {f.finding.about for f in found.failures} == {"_norm_kernel", "other_kernel"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((-1, "no end after 600 s"), "ended with -1: no end after 600 s"),
        ((255, "compute-sanitizer: no device\n"), "ended with 255: compute-sanitizer: no device"),
        ((0, ""), "ended with 0: it printed nothing"),
    ],
)
def test_a_tool_that_does_not_come_to_its_end_decides_nothing(device, answer, reason):
    found = verdict(device, racecheck=answer)
    assert found.verdict is Verdict.UNSUPPORTED
    assert found.reason == f"compute-sanitizer --tool racecheck {reason}"


def test_where_it_is_not_installed_that_is_the_reason(device):
    found = asked("sanitizer", OPERATOR.contract, rms_norm, device)
    assert found.verdict is Verdict.UNSUPPORTED
    assert found.reason.startswith("stand-in: compute-sanitizer is not installed here")
