"""A small project with an operator, and sessions of pytest in it."""

import os
import subprocess
import sys
from time import perf_counter

import pytest

from ..cli.started import CONTRACT

FILES = {
    "op.py": CONTRACT
    + """

def half_wrong(x):
    if x.shape[0] > 8:
        x = x + 1
    return 2 * x
""",
    "test_beside.py": "def test_beside():\n    pass\n",
}
"""``op.py:DOUBLE`` is a contract; ``right``, ``wrong`` and ``half_wrong`` are subjects of it."""
DOUBLE = ("--conformance-operator", "op.py:DOUBLE", "--conformance-profile", "quick")
ID = "conformance::op.py:DOUBLE::"


def write(folder, **further):
    """Put the files of the project into a folder, and others; returns the folder."""
    for name, text in {**FILES, **further}.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def run(folder, *words, **environment) -> pytest.RunResult:
    """A session of pytest in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    begin = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder, capture_output=True, text=True, env={**inherited, **environment}, timeout=300,
    )  # fmt: skip
    seconds = perf_counter() - begin
    print(done.stdout, done.stderr, file=sys.stderr)
    lines = done.stdout.splitlines(), done.stderr.splitlines()
    return pytest.RunResult(done.returncode, *lines, seconds)


def outcomes(result):
    """Lines of ``-rA`` as a dictionary: node ids with what came of them."""
    words = ("PASSED", "FAILED", "XFAIL", "ERROR", "RERUN")
    pairs = [line.split(" ", 1) for line in result.outlines if line.startswith(words)]
    return {rest.split(" - ")[0]: word for word, rest in pairs}
