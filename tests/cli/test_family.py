"""``conformance check FAMILY``: several operators in one command, one report, one exit code."""

import json
import os

import pytest
from junitparser import JUnitXml

from ..stateful.package import NAMES, install
from .command import QUICK, conformance


@pytest.fixture(scope="module")
def toys(tmp_path_factory):
    """The folder of an installed family."""
    return install(tmp_path_factory.mktemp("toys"))


def run(toys, *words):
    return conformance(*words, cwd=toys, env={**os.environ, "PYTHONPATH": str(toys)})


def test_a_family_is_asked_operator_by_operator_and_told_as_one(toys, tmp_path):
    done = run(
        toys, "check", "toys", *QUICK, "--jobs", "2", "--seed", "5",
        "--json", tmp_path / "a.json", "--junit", tmp_path / "a.xml",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    starts = [done.stdout.index(f"{name}: profile quick, seed 5\n") for name in NAMES]
    assert starts == sorted(starts)
    assert "\nPASS        toy_a\nPASS        toy_b\nconformant: 2 operators in " in done.stdout
    assert json.loads((tmp_path / "a.json").read_text())["complete"] is True
    suites = [suite.name for suite in JUnitXml.fromfile(str(tmp_path / "a.xml"))]
    assert suites == ["toy_a right", "toy_b right"]


def test_one_operator_that_fails_fails_the_family(toys):
    done = run(toys, "check", "toys", *QUICK, "--subject", "ending", "--jobs", "1")
    assert done.returncode == 1
    assert "\nFAIL        toy_a\nPASS        toy_b\nnot conformant: 2 operators in " in done.stdout
    assert "--subject ending" in done.stdout


def test_a_subject_that_one_operator_does_not_know_is_a_usage_error(toys):
    done = run(toys, "check", "toys", *QUICK, "--subject", "none", "--jobs", "1")
    assert done.returncode == 2
    assert "conformance: no subject 'none' of toy_a; known: right, wrong" in done.stderr
    assert done.stdout == ""
