"""``conformance new``: one command to the first verdict, and nothing is written over."""

import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conformance.cli.main import main
from conformance.templates.rendering import OPERATORS, of_operator, shared

COMMAND = [sys.executable, "-m", "conformance"]


def below(folder):
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands_told(text):
    """The commands behind ``next``."""
    _, lines = text.split("\nnext\n")
    return [shlex.split(line, comments=True) for line in lines.splitlines()]


def test_one_command_leads_to_a_verdict_and_to_commands_that_work(here):
    done = subprocess.run([*COMMAND, "new", "my_op"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert "\nconformant: " in done.stdout
    assert {*of_operator("norm", "my_op"), *shared("my_op")} <= set(below(here))
    watch, *others = commands_told(done.stdout)
    assert watch[-1] == "--watch"
    with subprocess.Popen([*COMMAND, *watch[1:]], stdout=subprocess.PIPE, text=True) as watching:
        assert any(line.startswith("conformant: ") for line in watching.stdout)
        watching.send_signal(signal.SIGINT)
        assert watching.wait(60) == 0
    for command in others:
        program = {"conformance": COMMAND, "pytest": [sys.executable, "-m", "pytest"]}[command[0]]
        told = subprocess.run([*program, *command[1:]], capture_output=True, text=True, timeout=300)
        assert told.returncode == 0, (command, told.stdout, told.stderr)


@pytest.mark.parametrize("template", OPERATORS)
def test_files_are_those_of_the_template(here, capsys, template):
    assert main(["new", "my_op", "--template", template, "--no-check"]) == 0
    written = below(here)
    assert written == of_operator(template, "my_op") | shared("my_op")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("written")] == list(
        of_operator(template, "my_op") | shared("my_op")
    )


def test_all_files_that_are_there_are_told_and_nothing_is_written(here, capsys):
    Path("my_op.py").write_text("mine")
    Path("test_my_op.py").write_text("mine")
    assert main(["new", "my_op"]) == 2
    assert below(here) == {"my_op.py": "mine", "test_my_op.py": "mine"}
    (line,) = capsys.readouterr().err.splitlines()
    assert "my_op.py, test_my_op.py are there already, and nothing was written" in line


def test_force_replaces_the_operators_own_files_and_no_other(here, capsys):
    Path("my_op.py").write_text("mine")
    Path("tox.ini").write_text("[tox]\n")
    assert main(["new", "my_op", "--force", "--no-check"]) == 0
    assert Path("my_op.py").read_text() == of_operator("norm", "my_op")["my_op.py"]
    assert Path("tox.ini").read_text() == "[tox]\n"
    assert "tox.ini is there and was left as it is; add an environment:" in capsys.readouterr().out


def test_where_a_configuration_is_there_the_operator_is_asked_by_its_files(here, capsys):
    Path("conformance.toml").write_text('profile = "quick"\n')
    assert main(["new", "my_op", "--no-check"]) == 0
    out = capsys.readouterr().out
    assert "conformance.toml is there and was left as it is; add a table:" in out
    assert [
        "conformance",
        "check",
        "my_op_contract.py:CONTRACT",
        "--subject",
        "my_op.py:my_op",
    ] in (commands_told(out))


def test_another_folder_is_made_and_named_in_what_to_do_next(here, capsys):
    assert main(["new", "my_op", "--into", "a folder/deep", "--no-check"]) == 0
    assert Path("a folder/deep/my_op.py").is_file()
    assert commands_told(capsys.readouterr().out)[0] == ["cd", "a folder/deep"]


def test_below_the_root_of_a_repository_it_says_where_workflows_belong(here, capsys):
    Path(".git").mkdir()
    assert main(["new", "my_op", "--into", "kernels", "--no-check"]) == 0
    out = capsys.readouterr().out
    assert f"GitHub reads workflows in {here} alone" in out
    assert "'working-directory: kernels'" in out


def test_templates_are_listed(here, capsys):
    assert main(["new", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(OPERATORS)
    assert not below(here)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["new"], "say what the operator is called: conformance new my_norm"),
        (["new", "my-op"], "did you mean my_op?"),
        (["new", "my_op", "--template", "selct"], "did you mean select?"),
        (["new", "my_op", "--into", "file/below"], "file is no folder"),
    ],
)
def test_mistakes_are_told_on_a_line_and_write_nothing(here, capsys, words, complaint):
    Path("file").touch()
    assert main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("conformance: ") and complaint in line
    assert below(here) == {"file": ""}
