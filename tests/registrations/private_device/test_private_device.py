"""Registrations for a vendor's device, under PrivateUse1: the same checks decide there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.registrations.private_device.device import lacks_compiler

OPERATORS = ("doubled", "counted", "quiet", "unwritten", "elsewhere")

pytestmark = pytest.mark.skipif(
    lacks_compiler() is not None, reason=f"the device is built here: {lacks_compiler()}"
)

ROOT = Path(__file__).parents[3]
# Last on the path: the suite itself comes from where it is installed.
PROGRAM = """
import runpy, sys
sys.path.append(sys.argv.pop(1))
runpy.run_module("tests.registrations.private_device.asked", run_name="__main__", alter_sys=True)
"""
Answers = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def answers() -> Answers:
    """What every check says of every operator, by their names."""
    names = [f"suite_private::{name}" for name in OPERATORS]
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, str(ROOT), *names],
        capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: Answers = json.loads(done.stdout.splitlines()[-1])
    return {name: found[f"suite_private::{name}"] for name in OPERATORS}


def _failing(answers: Answers, name: str) -> set[str]:
    return {check for check, said in answers[name].items() if said.startswith("FAIL")}


def test_honest_operators_of_a_private_device_pass_every_check_that_applies(
    answers: Answers,
) -> None:
    assert _failing(answers, "doubled") == _failing(answers, "counted") == set()
    passed = {check for check, said in answers["counted"].items() if said == "PASS"}
    assert passed == set(answers["counted"])


def test_a_write_that_is_not_declared_is_found_there(answers: Answers) -> None:
    assert "x: 32 elements change" in answers["quiet"]["writes"]
    assert {"writes", "functional", "unused", "merged"} == _failing(answers, "quiet")


def test_memory_that_nobody_wrote_is_found_there(answers: Answers) -> None:
    assert "nobody wrote them" in answers["unwritten"]["eager"]
    assert _failing(answers, "unwritten") == {"eager"}


def test_a_kernel_for_the_cpu_alone_does_not_answer_there_though_torch_falls_back_to_it(
    answers: Answers,
) -> None:
    assert "no kernel answers on suitedevice:0" in answers["elsewhere"]["dispatch"]
    assert _failing(answers, "elsewhere") == {"dispatch"}
