"""``list`` names everything, ``explain`` explains it."""

import subprocess

import pytest
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.names import FAMILY

from conformance.checks import CHECKS
from conformance.cli.main import main
from conformance.policy.profiles import profiles

from .command import COMMAND


def test_list_names_operators_subjects_checks_and_profiles(capsys):
    assert main(["list"]) == 0
    words = capsys.readouterr().out.split()
    assert {"gemma4_routing", *OPERATOR.subjects, "vllm"} <= set(words)
    assert {*(check.id for check in CHECKS), *profiles()} <= set(words)


def test_list_names_families_with_their_operators_and_how_releases_are_loaded(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "families"
    assert f"  rbln_attention     {', '.join(FAMILY)}" in lines
    loader = OPERATORS[FAMILY[0]].releases[0].load
    assert f"    --subject vllm-rbln    {loader}" in lines


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
    assert (done.returncode, done.stderr) == (0, "")
