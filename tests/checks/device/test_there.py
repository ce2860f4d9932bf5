"""The checks of a device, asked of a subject that has a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ...installed import installed

ROOT = Path(__file__).parents[3]
DEVICE = """
import torch
from tests.checks.device.stand_in import StandIn

def stand_in():
    device = StandIn()
    for name in ("default_stream", "stream", "is_current_stream_capturing"):
        setattr(torch.cpu, name, getattr(device.module, name))
    return device
"""
ENTRY_POINTS = "[conformance.devices]\nstandin = stand_in_device:stand_in\n"
FAULT = "conformance_kernels.gemma4_routing.device_faults:DEVICE_FAULTS['{}'].make()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a package that offers the stand-in as a device."""
    folder = tmp_path_factory.mktemp("device")
    return installed(folder, "stand_in_device", ENTRY_POINTS, DEVICE)


def asked(folder, *words, device="standin"):
    """The exit code and the lines of a run that asks the routing operator."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    command = ["check", "gemma4_routing", "--profile", "quick", "--no-store", "--device", device]
    done = subprocess.run(
        [sys.executable, "-m", "conformance", *command, *words], cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"},
        text=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("fault", "check"), [("replays-scale", "replays"), ("streams-scratch", "streams")]
)
def test_what_is_captured_and_what_runs_together_is_so_in_the_subjects_process(
    folder, fault, check
):
    code, text = asked(folder, "--subject", FAULT.format(fault), "--check", check)
    assert code == 1 and f"FAIL        {check} " in text, text
    code, text = asked(folder, "--subject", "torch", "--check", check)
    assert code == 0 and f"PASS        {check} " in text, text


def test_lockstep_beside_the_device_is_asked_there(folder):
    code, text = asked(folder, "--subject", "triton", "--check", "emulation")
    assert code == 0 and "PASS        emulation " in text, text


def test_a_device_that_compiles_nothing_says_so_of_a_check_that_is_named(folder):
    code, text = asked(folder, "--check", "replays", device="cpu")
    assert code == 3, text
    assert "UNSUPPORTED replays " in text
    assert "cpu, Triton emulated in lockstep: torch captures no graphs of this device" in text
