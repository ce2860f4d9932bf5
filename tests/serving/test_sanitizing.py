"""A call in a fresh process under a tool: what is run, and what comes back."""

import json
import os
import sys
from types import SimpleNamespace

import pytest

from conformance.execution.ways.names import Way
from conformance.serving.sanitizing import PROGRAM, sanitized, ways_of

NAMED = {
    "operator": "rms_norm", "subject": "torch", "device": "cpu", "imports": "", "settings": {},
    "fetch_seconds": 5,
}  # fmt: skip
LINE = "rms_norm@sanitizer@M=x3,N=5"


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """A program in the place of the real one, which runs what it is given and prints as it does."""

    def install(body):
        program = tmp_path / PROGRAM
        program.write_text(f"#!{sys.executable}\nimport os, subprocess, sys, time\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return install


RUNS = """
words = sys.argv[sys.argv.index(sys.executable) + 1:] if sys.executable in sys.argv else []
print("=========", "COMPUTE-SANITIZER", *sys.argv[1:5], flush=True)
code = subprocess.run([sys.executable, *words]).returncode
print("=========", os.environ["PYTORCH_NO_CUDA_MEMORY_CACHING"])
print("========= ERROR SUMMARY: 0 errors")
sys.exit(code)
"""


def test_the_call_is_made_in_a_process_below_the_tool(tool, usual_line):
    tool(RUNS)
    done = sanitized(NAMED, "memcheck", usual_line, 120)
    assert done["report"].splitlines() == [
        "========= COMPUTE-SANITIZER --tool memcheck --print-limit 20",
        "answered",
        "========= 1",
        "========= ERROR SUMMARY: 0 errors",
    ]
    assert done["code"] == 0


@pytest.fixture
def usual_line():
    from conformance_kernels.rms_norm.operator import OPERATOR

    from conformance.inputs.usual import usual_case

    return str(usual_case(OPERATOR.contract, "sanitizer"))


def test_a_tool_that_takes_too_long_is_ended(tool):
    tool("time.sleep(60)")
    assert sanitized(NAMED, "racecheck", LINE, 0.5) == {
        "code": -1, "report": "no end after 0.5 s",
    }  # fmt: skip


def test_the_subject_is_named_as_the_judge_named_it(tool):
    tool("print(sys.argv[-2]); print(sys.argv[-1])")
    told, case = sanitized(NAMED, "initcheck", LINE, 60)["report"].splitlines()
    assert json.loads(told) == {key: NAMED[key] for key in NAMED if key != "fetch_seconds"}
    assert case == LINE


@pytest.mark.parametrize(("device", "has"), [("cuda:0", True), ("xpu:0", False), ("cpu", False)])
def test_it_is_a_way_of_devices_that_it_knows_where_it_is_installed(tool, monkeypatch, device, has):
    opened = SimpleNamespace(torch_device=device, ways=SimpleNamespace(names=(Way.TRACED,)))
    monkeypatch.setenv("PATH", "/nowhere")
    assert ways_of(opened) == (Way.TRACED,)
    assert ways_of(SimpleNamespace(torch_device=device)) == ()
    tool(RUNS)
    assert (Way.SANITIZED in ways_of(opened)) is has
