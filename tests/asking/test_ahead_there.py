"""What a subject launches is compiled beside it, in processes that end with its own."""

import os
import subprocess
import sys
from time import monotonic, sleep

import pytest

from conformance.processes.tree import with_variable

from ..installed import installed

DEVICE = """
import os
from types import SimpleNamespace

from triton.backends.compiler import GPUTarget
from triton.runtime.driver import driver

from conformance.execution.cpu import LockstepCPU


class Compiling(LockstepCPU):
    mode = "a GPU as far as its compiler is concerned"
    compiles = True

    def __init__(self):
        super().__init__()
        driver._active = SimpleNamespace(
            get_current_target=lambda: GPUTarget("cuda", 90, 32),
            get_current_device=lambda: 0,
            get_current_stream=lambda device: 0,
        )

    def call(self, *arguments, **keywords):
        if "WAITS" in os.environ:
            self.builder._ahead.wait()
        return super().call(*arguments, **keywords)


def compiling():
    return Compiling()
"""
ENTRY_POINTS = "[conformance.devices]\ncompiling = compiling_device:compiling\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with a package that offers the device, and room for two caches."""
    return installed(tmp_path, "compiling_device", ENTRY_POINTS, DEVICE)


def surroundings(folder):
    """The variables of a process that finds the device, with caches of its own."""
    caches = {"TRITON_CACHE_DIR": str(folder / "triton"), "CONFORMANCE_CACHE": str(folder / "own")}
    return {**os.environ, **caches, "PYTHONPATH": str(folder), "NO_COLOR": "1"}


def asked(folder, *checks, **variables):
    """The exit code and the lines of a run."""
    command = ["check", "gemma4_routing", "--profile", "quick", "--no-store", "--device"]
    command += ["compiling", *(word for check in checks for word in ("--check", check))]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command], cwd=folder,
        env={**surroundings(folder), **variables},
        text=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def printed_by(program, folder):
    """What a program prints that finds the device; with its errors if it has some."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=surroundings(folder),
        text=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return done.stdout + (done.stderr if done.returncode else "")


def test_what_the_checks_of_a_run_launch_is_compiled(folder):
    code, text = asked(folder, "values", WAITS="1")
    assert code == 0 and "PASS        values " in text, text
    assert len(list((folder / "triton").rglob("*.cubin"))) > 8, text


def test_no_process_compiles_on_when_a_run_has_ended(folder):
    code, text = asked(folder, "values", "layout")
    assert code == 0 and "PASS        layout " in text, text
    end = monotonic() + 10
    while with_variable("TRITON_CACHE_DIR", str(folder / "triton")) and monotonic() < end:
        sleep(0.05)
    assert not with_variable("TRITON_CACHE_DIR", str(folder / "triton"))


AHEAD = """
from conformance.events.request import Request
from conformance.policy.profiles import profile
from conformance.runs.session import Session

heard = []
asked = Request("gemma4_routing", None, "compiling", profile("quick"), 1, asked=("dtypes",))
with Session(asked, heard.append) as session:
    print(session.load().verdict)
    assert session.compile_ahead()
    print([type(event).__name__ for event in heard if type(event).__name__ != "Ready"][:1])
"""


def test_all_that_will_be_asked_can_be_compiled_without_asking_it(folder):
    assert printed_by(AHEAD, folder) == "PASS\n['Compiling']\n"
    assert len(list((folder / "triton").rglob("*.cubin"))) > 4


FROM_PYTHON = """
from time import monotonic, sleep

import psutil
from conformance_kernels.gemma4_routing.triton_route import route_triton

import conformance

result = conformance.check(
    "gemma4_routing", lambda *arguments: route_triton(*arguments), device="compiling",
    profile="quick", checks=["sizes"],
)
end = monotonic() + 30
while (left := psutil.Process().children(recursive=True)) and monotonic() < end:
    sleep(0.05)
print(result.verdict, left)
"""


def test_a_call_from_python_leaves_no_process_that_compiles(folder):
    assert printed_by(FROM_PYTHON, folder) == "PASS []\n"
