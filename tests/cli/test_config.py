"""``--config``: every configuration of an autotuned kernel can be asked."""

from __future__ import annotations

import json
import shlex

import pytest

from .command import QUICK, conformance

#: Wrong where the second configuration is chosen.
TUNED = """
import torch, triton, triton.language as tl
from conformance.contract import *

@triton.autotune([triton.Config({"BLOCK": 64}), triton.Config({"BLOCK": 128})], key=["n"])
@triton.jit
def kernel(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    place = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + place, mask=place < n, other=0.0)
    tl.store(y_ptr + place, x * (2.0 if BLOCK == 64 else 3.0), mask=place < n)

def double(x):
    y = torch.empty_like(x)
    kernel[lambda named: (triton.cdiv(x.numel(), named["BLOCK"]),)](x, y, x.numel())
    return y

CONTRACT = Contract("double", "2x", (Axis("N", "numbers"),),
    (TensorArgument("x", ("N",), ("float32",), "x", refused_by="callers"),),
    (Output("y", ("N",), "float32", "2x", budget=Budget(0, 0, "exact")),),
    lambda x: (2 * x,))
"""


@pytest.fixture
def words(tmp_path):
    (tmp_path / "tuned.py").write_text(TUNED)
    return "check", f"{tmp_path}/tuned.py:CONTRACT", "--subject", f"{tmp_path}/tuned.py:double"


@pytest.mark.parametrize(("option", "code"), [((), 0), (("--config", "0"), 0)])
def test_the_first_configuration_is_the_usual_one(words, option, code):
    done = conformance(*words, *QUICK, *option)
    assert done.returncode == code, done.stdout + done.stderr


def test_a_wrong_configuration_fails_and_its_failure_comes_again(words, tmp_path):
    done = conformance(*words, *QUICK, "--config", "1", "--json", tmp_path / "log.json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "configuration 1 of autotuned kernels" in done.stdout
    assert "cpu:config=1" in json.dumps(json.loads((tmp_path / "log.json").read_text()))
    (command,) = [
        line.split("replay  ")[1] for line in done.stdout.splitlines() if "replay  " in line
    ]
    assert command.endswith("--device cpu:config=1")
    assert conformance(*shlex.split(command)[1:]).returncode == 1
    without = command.removesuffix(" --device cpu:config=1")
    assert conformance(*shlex.split(without)[1:]).returncode == 0
    assert conformance(*shlex.split(without)[1:], "--config", "1").returncode == 1


def test_a_configuration_that_no_kernel_has_is_no_fault_of_the_subject(words):
    done = conformance(*words, *QUICK, "--config", "2")
    assert done.returncode == 3
    assert "kernel has 2 configurations, there is no 2" in done.stdout


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (("--config", "-1"), "'-1' is no number from 0"),
        (("--config", "1", "--device", "cpu:config=1"), "both name a configuration"),
    ],
)
def test_options_that_make_no_sense_are_told(words, option, message):
    done = conformance(*words, *QUICK, *option)
    assert done.returncode == 2 and message in done.stderr
