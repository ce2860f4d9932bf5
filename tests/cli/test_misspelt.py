"""A misspelt name is answered before anything starts, and without torch.

How long that takes is the benchmark's to say: a slow machine must not fail a test.
"""

import os
import subprocess
import sys

import pytest

from ..installed import installed

RUN = """
import sys
from conformance.cli.main import main
code = main(sys.argv[1:])
print(code, [name for name in ("torch", "triton", "numpy") if name in sys.modules])
"""
PACKAGE = """
from conformance.contract import Axis, Budget, Contract, Operator, Output, TensorArgument
contract = Contract(
    "light", "2x", (Axis("N", "numbers"),), (TensorArgument("x", ("N",), ("float32",), "x"),),
    (Output("y", ("N",), "x", "2x", budget=Budget(0, 0, "exact")),), lambda x: (2 * x,),
)
light = Operator(contract, {"right": "elsewhere:double"})
"""


@pytest.fixture
def light(tmp_path):
    """A folder with an installed operator whose contract imports no torch."""
    points = "[conformance.operators]\nlight = lights:light\n"
    return installed(tmp_path, "lights", points, PACKAGE)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["check", "lihgt"], "did you mean light?"),
        (["check", "light", "--subject", "rihgt"], "did you mean right?"),
        (["check", "light", "--subject", "no.py:double"], "no file no.py"),
        (["check", "light", "--check", "vlaues"], "did you mean values?"),
        (["check", "light", "--profile", "gaet"], "did you mean gate?"),
        (["check", "no.py:LIGHT"], "no file no.py"),
        (["check", "light", "--waivers", "no.toml"], "no.toml: No such file"),
        (["releases", "lihgt"], "did you mean light?"),
        (["replay", "lihgt@values@N=1,seed=0"], "did you mean light?"),
        (["replay", "light@vlaues@N=1,seed=0"], "did you mean values?"),
    ],
)
def test_a_misspelt_name_is_answered_without_torch(light, words, complaint):
    environment = {**os.environ, "PYTHONPATH": str(light)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words], capture_output=True, text=True, env=environment
    )
    assert done.stdout == "2 []\n", done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("conformance: ") and complaint in line


@pytest.mark.parametrize(
    "module",
    ["events.wire", "events.log", "policy.stored", "policy.waivers", "runs.run", "runs.family",
     "runs.releases", "runs.names", "reports.terminal", "reports.junit", "reports.merge",
     "reports.tables.release_table", "cli.commands.check", "cli.commands.report",
     "cli.commands.replay", "cli.commands.releases", "cli.commands.new", "api", "pytest_plugin"],
)  # fmt: skip
def test_what_runs_in_front_imports_no_torch(module):
    code = f"import sys, conformance.{module}; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
