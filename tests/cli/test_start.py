"""The command answers at once: help imports nothing heavy, and mistakes are told on one line."""

import subprocess
import sys

import pytest

from conformance.cli.main import main

HEAVY = ("torch", "triton", "numpy", "hypothesis", "rich", "psutil")
SLOW = ("torch", "triton", "numpy", "hypothesis")
"""What takes longer to import than a user is willing to wait for a text."""
RUN = """
import sys
from conformance.cli.main import main
try:
    code = main({words!r})
except SystemExit as end:
    code = end.code
print(code, [name for name in {heavy!r} if name in sys.modules])
"""


def imported(words, heavy):
    """The exit code of a command, which of these modules it imported, and what it printed."""
    code = RUN.format(words=words, heavy=heavy)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout, done.stderr
    *lines, last = done.stdout.splitlines()
    return last, lines


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        *(
            [command, "--help"]
            for command in ("check", "replay", "releases", "report", "list", "describe", "explain")
        ),
    ],
)
def test_help_imports_nothing_heavy(words):
    last, lines = imported(words, HEAVY)
    assert last == "0 []" and lines


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["explain", "ties"],
        ["describe", "gemma4_routing"],
        ["describe", "flash_causal_attention_naive_decode"],
        ["describe", "rbln_attention"],
        ["describe", "gemma4_routing", "--json", "-"],
    ],
)
def test_what_only_shows_a_text_imports_no_torch(words):
    last, lines = imported(words, SLOW)
    assert last == "0 []" and len(lines) > 3


@pytest.mark.parametrize(
    "words",
    [
        ["describe", "gemma4_routng"],
        ["explain", "vlaues"],
        ["check", "gemma4_routing", "--device", "cdua"],
        ["check", "gemma4_routing", "--profile", "fast"],
    ],
)
def test_a_typo_is_told_without_importing_torch(words):
    assert imported(words, SLOW) == ("2 []", [])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "the following arguments are required: COMMAND"),
        (["chekc"], "invalid choice: 'chekc'"),
        (
            ["check", "gemma4_routing", "--device", "npu"],
            "no device 'npu'; known: cpu, cuda, rbln, xpu",
        ),
        (["check", "gemma4_routing", "--memory", "0"], "0 is not above zero"),
        (["check", "gemma4_routing", "--seed", "x"], "'x' is no whole number"),
        (["check", "gemma4_routing", "--seed", "9" * 19], "a seed has at most 63 bits"),
        (["check", "gemma4_routing", "--memory", "inf"], "inf is no limit"),
        (["check", "gemma4_routing", "--call-seconds", "soon"], "'soon' is no number"),
        (["check", "gemma4_routing", "--json", ""], "'' is no file to write"),
        (["check", "gemma4_routing", "--junit", "/tmp"], "'/tmp' is no file to write"),
        (["report", "a.json", "--json", "-"], "'-' is no file to write"),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(words, complaint, capsys):
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["check", "gemma4_routing", "--profile", "fast"], "no profile 'fast'; known: quick"),
        (["explain", "vlaues"], "no check 'vlaues'; known: values"),
        (["replay", "nonsense"], "a case reads CONTRACT@CHECK@"),
        (["check", "gemma4_routing", "--json", "/dev/null/x.json"], "/dev/null"),
        (["check", "gemma4_ruting"], "did you mean gemma4_routing?"),
        (["check", "gemma4_routing", "--check", "vlaues"], "did you mean values?"),
        (["check", "gemma4_routing", "--profile", "gat"], "did you mean gate?"),
        (["check", "gemma4_routing", "--subject", "trition"], "did you mean triton?"),
        (["check", "gemma4_routing", "--json", "a", "--junit", "a"], "both name a"),
        (["report", "a", "--json", "b", "--junit", "b"], "both name b"),
        (["report", "/tmp"], "conformance: /tmp: Is a directory"),
        (["describe", "gemma4_routing", "--json", ""], "'' is no file to write"),
        (["replay", "gemma4_routing@values@T=1,seed=0", "--operator", ""], "no operator ''"),
        (["check", "gemma4_routing", "--subject", ""], "no subject '' of gemma4_routing"),
        (["releases", "rbln_atention"], "did you mean rbln_attention?"),
        (["replay", "gemma4_ruting@values@T=1,seed=0"], "did you mean gemma4_routing?"),
    ],
)
def test_what_does_not_exist_is_told_on_one_line(words, complaint, capsys):
    assert main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("conformance: ") and complaint in line


def test_an_error_of_the_suite_is_no_verdict_and_told_on_one_line(monkeypatch, capsys, tmp_path):
    def broken(options):
        raise RuntimeError("the suite\nbroke")

    monkeypatch.setattr("conformance.cli.commands.list.execute", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert main(["list"]) == 3
    (line,) = capsys.readouterr().err.splitlines()
    (log,) = tmp_path.iterdir()
    assert line == (
        "conformance: ERROR, the suite itself went wrong and nothing is known of the subject: "
        f"RuntimeError: the suite broke; please report it with {log}"
    )
    assert log.read_text().startswith("Traceback") and "in broken" in log.read_text()


def test_an_error_of_the_suite_is_told_whole_where_no_file_can_be_written(monkeypatch, capsys):
    def broken(options):
        raise RuntimeError("the suite broke")

    monkeypatch.setattr("conformance.cli.commands.list.execute", broken)
    monkeypatch.setattr("tempfile.tempdir", "/dev/null/at/all")
    assert main(["list"]) == 3
    first, *trace = capsys.readouterr().err.splitlines()
    assert first.endswith("please report it with this:") and trace[0].startswith("Traceback")


def test_ctrl_c_is_no_verdict(monkeypatch, capsys):
    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setattr("conformance.cli.commands.list.execute", interrupted)
    assert main(["list"]) == 3
    assert capsys.readouterr().err == "conformance: interrupted\n"
