"""Captured calls on the command line: what is said before anything is read."""

import subprocess
import sys

from conformance.cli.main import main

from .command import conformance


def test_a_check_of_captured_calls_needs_their_folder():
    done = conformance("check", "gemma4_routing", "--check", "captured", "--no-store")
    assert done.returncode == 2
    assert "captured is asked of captured calls: give their folder, --cases DIR" in done.stderr


def test_a_folder_without_captured_calls_is_no_verdict(tmp_path):
    done = conformance("check", "gemma4_routing", "--cases", tmp_path, "--no-store")
    assert done.returncode == 2
    assert f"{tmp_path}: this folder holds no captured call (*.safetensors)" in done.stderr


def test_a_folder_that_is_not_there_is_told(tmp_path):
    done = conformance("check", "gemma4_routing", "--cases", tmp_path / "no", "--no-store")
    assert done.returncode == 2 and "No such file or directory" in done.stderr


def test_the_check_is_listed_and_explained_though_no_plain_run_asks_it(capsys):
    assert main(["list"]) == 0
    listed = capsys.readouterr().out
    assert "checks of captured calls (--cases DIR)\n  captured  " in listed
    assert main(["explain", "captured"]) == 0
    assert "An engine that ran with ``--capture DIR``" in capsys.readouterr().out


def test_a_captured_case_without_its_folder_is_not_run():
    line = (
        "gemma4_routing@captured@T=1,E=8,K=2,gating=float32/captured/dense,"
        "per_expert_scale=float32/captured/dense,captured:0123456789abcdef,seed=0"
    )
    done = conformance("replay", line)
    assert done.returncode != 0
    assert "no check 'captured'" in done.stderr or "give its folder, --cases DIR" in done.stdout


def test_help_does_not_import_what_reads_captured_calls():
    code = (
        "import sys\nfrom conformance.cli.main import main\n"
        "try:\n    main(['check', '--help'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in ('torch', 'safetensors') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--cases DIR" in done.stdout and done.stdout.endswith("[]\n")
