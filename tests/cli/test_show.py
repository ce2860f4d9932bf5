"""``list`` names everything, ``explain`` explains it."""

import subprocess

import pytest
from conformance_kernels.gemma4_routing.contract import OPERATOR

from conformance.checks import CHECKS
from conformance.cli.main import main
from conformance.profiles import profiles

from .command import COMMAND


def test_list_names_operators_subjects_checks_and_profiles(capsys):
    assert main(["list"]) == 0
    words = capsys.readouterr().out.split()
    assert {"gemma4_routing", *OPERATOR.subjects, "vllm"} <= set(words)
    assert {*(check.id for check in CHECKS), *profiles()} <= set(words)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_explain_prints_the_question_and_how_it_is_decided(check, capsys):
    assert main(["explain", check.id]) == 0
    first, blank, *rest = capsys.readouterr().out.splitlines()
    assert first == f"{check.id}: {check.question}" and blank == ""
    assert len(" ".join(rest)) > 100


def test_a_reader_that_leaves_early_is_no_crash():
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(COMMAND)} list | true; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (3, "")
