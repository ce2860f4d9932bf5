"""``conformance check`` and ``replay``: exit codes, reports, and failures that come again."""

import json
import os
import shlex
import signal
import subprocess
from time import monotonic, sleep

import pytest
from junitparser import JUnitXml

from .command import COMMAND, DOUBLED, QUICK, conformance


@pytest.fixture
def doubled(tmp_path):
    (tmp_path / "doubled.py").write_text(DOUBLED)
    return f"{tmp_path}/doubled.py:route"


def junit_names(path):
    return [case.name for suite in JUnitXml.fromfile(str(path)) for case in suite]


def test_a_conformant_subject_exits_with_0_and_leaves_reports(tmp_path):
    done = conformance(
        "check", "gemma4_routing", *QUICK, "--seed", "5",
        "--json", tmp_path / "a.json", "--junit", tmp_path / "a.xml",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("gemma4_routing: profile quick, seed 5\nsubject triton (")
    assert "\nconformant: 1 PASS in " in done.stdout and "\x1b" not in done.stdout
    assert json.loads((tmp_path / "a.json").read_text())["complete"] is True
    assert junit_names(tmp_path / "a.xml") == ["load", "values"]


def test_a_failure_exits_with_1_is_kept_and_comes_again_by_its_printed_command(tmp_path, doubled):
    words = ["check", "gemma4_routing", "--subject", doubled, "--profile", "quick"]
    done = conformance(*words, "--check", "values", cwd=tmp_path)
    assert done.returncode == 1
    report = done.stdout.split("\n  asked ")[1].splitlines()
    (command,) = [line.split("replay  ")[1] for line in report if "replay  " in line]
    again = conformance(*shlex.split(command)[1:], cwd=tmp_path)
    assert again.returncode == 1
    told = [line for line in report[1:] if line.startswith("  ") and "replay" not in line]
    assert [line.split()[0] for line in told][:3] == ["found", "got", "wanted"]
    for line in told:
        assert line in again.stdout
    kept = json.loads((tmp_path / ".conformance/cases/gemma4_routing.json").read_text())
    assert kept[0]["case"] in done.stdout


def test_a_contract_in_a_file_is_asked_and_its_failures_are_replayed(tmp_path):
    (tmp_path / "op.py").write_text(
        "from conformance.contract import *\n"
        "CONTRACT = Contract('double', '2x', (Axis('N', 'numbers'),),\n"
        "    (TensorArgument('x', ('N',), ('float32',), 'x'),),\n"
        "    (Output('y', ('N',), 'float32', '2x', budget=Budget(0, 0, 'exact')),),\n"
        "    lambda x: (2 * x,))\n"
        "def wrong(x): return 3 * x\n"
    )
    words = ["check", "op.py:CONTRACT", "--subject", "op.py:wrong"]
    done = conformance(*words, *QUICK, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    (command,) = [line.split("replay  ")[1] for line in done.stdout.splitlines() if "repl" in line]
    again = conformance(*shlex.split(command)[1:], cwd=tmp_path)
    assert (again.returncode, again.stderr) == (1, "")


def test_a_mistake_of_the_contract_exits_with_2(tmp_path):
    (tmp_path / "op.py").write_text(
        "from conformance.contract import *\n"
        "def reference(x):\n"
        "    if len(x) not in (1, 4): raise IndexError('broke')\n"
        "    return (2 * x,)\n"
        "CONTRACT = Contract('double', '2x', (Axis('N', 'numbers'),),\n"
        "    (TensorArgument('x', ('N',), ('float32',), 'x'),),\n"
        "    (Output('y', ('N',), 'float32', '2x', budget=Budget(0, 0, 'exact')),), reference)\n"
        "def double(x): return 2 * x\n"
    )
    done = conformance("check", "op.py:CONTRACT", "--subject", "op.py:double", *QUICK, cwd=tmp_path)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("conformance: contract double, reference: raises IndexError: broke")


def test_what_does_not_exist_exits_with_2(tmp_path):
    done = conformance("check", "gemma4_routing", "--subject", "no.py:route", *QUICK, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "conformance: no file no.py\n")


def test_what_cannot_be_asked_here_exits_with_3():
    done = conformance("check", "gemma4_routing", "--device", "xpu", *QUICK)
    assert done.returncode == 3
    assert "finds no xpu device" in done.stdout and "could not be decided" in done.stdout


def test_a_case_that_does_not_fit_the_contract_is_told(doubled):
    done = conformance("replay", "gemma4_routing@values@T=1,seed=0", "--subject", doubled)
    assert done.returncode == 3
    assert "the case does not fit the contract: its axes are ['T']" in done.stdout


SLOW = """
import os, time
open("pid", "w").write(str(os.getpid()))
def route(*call):
    open("called", "w").close()
    time.sleep(600)
"""
LINE = (
    "gemma4_routing@values@T=3,E=8,K=2,gating=float32/normal/dense,"
    "per_expert_scale=float32/signed/dense,seed=7"
)


def ended_by(number, folder, *words):
    """Exit code and texts of a command whose subject is slow, ended by a signal within a call.

    Asserts that the subject's process is gone as well.
    """
    (folder / "slow.py").write_text(SLOW)
    process = subprocess.Popen(
        [*COMMAND, *words, "--subject", "slow.py:route"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    end = monotonic() + 60
    while not (folder / "called").exists() and monotonic() < end:
        sleep(0.05)
    process.send_signal(number)
    out, error = process.communicate(timeout=30)
    worker = (folder / "pid").read_text()
    done = subprocess.run(["ps", "-o", "stat=", "-p", worker], capture_output=True, text=True)
    assert done.stdout.strip() in ("", "Z", "Zs")
    return process.returncode, out, error


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_run_that_is_ended_by_a_signal_leaves_whole_reports_and_no_process(tmp_path, number):
    files = ["--json", "a.json", "--junit", "a.xml"]
    code, out, error = ended_by(number, tmp_path, "check", "gemma4_routing", *QUICK, *files)
    assert (code, error) == (3, "conformance: interrupted\n")
    assert "broken off; could not be decided" in out
    document = json.loads((tmp_path / "a.json").read_text())
    assert (document["complete"], document["verdict"]) == (False, "NOT_RUN")
    assert junit_names(tmp_path / "a.xml") == ["load"]


def test_a_replay_that_is_terminated_leaves_no_process(tmp_path):
    code, _, error = ended_by(signal.SIGTERM, tmp_path, "replay", LINE)
    assert (code, error) == (3, "conformance: interrupted\n")


def test_a_terminal_that_knows_only_ascii_gets_the_whole_report(tmp_path):
    text = "def route(*call): raise ValueError('\u00b2\u2260\U0001f600')"
    (tmp_path / "odd.py").write_text(text, encoding="utf-8")
    done = conformance(
        "check", "gemma4_routing", "--subject", "odd.py:route", *QUICK, cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert "ValueError: \\xb2\\u2260\\U0001f600" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("not conformant: 1 FAIL")


def test_an_empty_subject_is_none_also_for_a_contract_in_a_file(tmp_path):
    (tmp_path / "op.py").write_text(
        "from conformance.catalogue.operators import find_operator\n"
        "OP = find_operator('rms_norm')\n"
    )
    done = conformance("check", "op.py:OP", "--subject", "", *QUICK, cwd=tmp_path)
    assert done.returncode == 2 and "no subject ''" in done.stderr


def test_a_run_leaves_nothing_in_the_folder_it_was_started_in(tmp_path):
    done = conformance("check", "gemma4_routing", "--profile", "quick", "--check", "values",
                       cwd=tmp_path)  # fmt: skip
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []
