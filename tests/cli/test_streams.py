"""Whatever becomes of its streams and surroundings, a command tells a right subject as right."""

import json
import os
import subprocess
import sys

import pytest

from .command import COMMAND
from .started import DOUBLE, RIGHT, Started, files

REPORTS = ["--json", "a.json", "--junit", "a.xml"]
WRONG = ["check", *DOUBLE, "--check", "values", "--subject", "op.py:wrong"]


def in_shell(folder, line, *words, environment=None, **options):
    """Exit code, output and errors of a command, put into a line of bash as ``"$@"``."""
    command = ["bash", "-c", line, "bash", *COMMAND, *words]
    with Started(folder, command=command, environment=environment, **options) as started:
        return started.ended()


def verdict(folder):
    document = json.loads((folder / "a.json").read_text())
    assert document["complete"] and (folder / "a.xml").read_text().endswith("</testsuites>")
    return document["verdict"]


@pytest.mark.parametrize(("words", "code", "comes_to"), [(RIGHT, 0, "PASS"), (WRONG, 1, "FAIL")])
def test_a_reader_that_ends_breaks_off_no_run(tmp_path, words, code, comes_to):
    line = '"$@" | head -1; exit ${PIPESTATUS[0]}'
    found, out, error = in_shell(files(tmp_path), line, *words, *REPORTS)
    assert (found, error) == (code, "") and len(out.splitlines()) == 1
    assert verdict(tmp_path) == comes_to


@pytest.mark.parametrize(
    "closed", ["<&-", ">&-", "2>&-", "<&- >&-", ">&- 2>&-", "<&- 2>&-", "<&- >&- 2>&-"]
)
def test_streams_may_be_closed(tmp_path, closed):
    code, out, error = in_shell(files(tmp_path), f'"$@" {closed}', *RIGHT, *REPORTS)
    assert (code, error, verdict(tmp_path)) == (0, "", "PASS")
    assert bool(out) == (">&-" not in closed.replace("2>&-", ""))


def test_a_full_disk_behind_the_output_is_told_and_the_exit_code_is_the_verdicts(tmp_path):
    code, out, error = in_shell(files(tmp_path), '"$@" >/dev/full', *RIGHT, *REPORTS)
    (line,) = error.splitlines()
    assert line.startswith("conformance: standard output: No space left on device")
    assert (code, out, verdict(tmp_path)) == (0, "", "PASS")


def test_errors_that_cannot_be_written_change_no_exit_code(tmp_path):
    assert in_shell(tmp_path, '"$@" 2>/dev/full', "explain", "vlaues")[:2] == (2, "")
    assert in_shell(tmp_path, '"$@" >/dev/full 2>&1', "explain", "values")[0] == 3


@pytest.mark.parametrize("words", [["list"], ["explain", "values"], ["--help"], ["--version"]])
def test_a_text_that_is_asked_for_and_lost_is_no_success(tmp_path, words):
    code, _, error = in_shell(tmp_path, '"$@" >/dev/full', *words)
    assert code == 3 and error.startswith("conformance: standard output: No space left")


@pytest.mark.parametrize("words", [["list"], ["describe", "gemma4_routing"], ["--help"]])
def test_who_reads_the_beginning_of_a_text_wants_no_more(tmp_path, words):
    code, out, error = in_shell(tmp_path, '"$@" | head -1; exit ${PIPESTATUS[0]}', *words)
    assert (code, error) == (0, "") and len(out.splitlines()) == 1


ENVIRONMENTS = [
    {"PYTHONIOENCODING": "utf-16"},
    {"PYTHONIOENCODING": "ascii:strict"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"COLUMNS": "10", "TERM": "dumb"},
    {"FORCE_COLOR": "1", "TERM": "nonsense"},
    {"PYTHONUNBUFFERED": "1"},
    {"PYTHONOPTIMIZE": "2"},
    {"PYTHONWARNINGS": "error"},
    {"HOME": "/dev/null/at/all"},
    {"TMPDIR": "/dev/null/at/all"},
]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_the_environment_makes_no_right_subject_wrong(tmp_path, environment):
    code, out, error = in_shell(
        files(tmp_path), '"$@"', *RIGHT, *REPORTS, environment=environment,
        encoding="utf-16" if "utf-16" in environment.values() else "utf-8",
    )  # fmt: skip
    assert (code, error, verdict(tmp_path)) == (0, "", "PASS")
    assert "conformant: 1 PASS" in out


def test_no_home_at_all_makes_no_right_subject_wrong(tmp_path):
    code, _, error = in_shell(files(tmp_path), 'unset HOME; exec "$@"', *RIGHT, *REPORTS)
    assert (code, error, verdict(tmp_path)) == (0, "", "PASS")


@pytest.mark.parametrize(
    "subject", [["--subject", "{folder}/op.py:right"], ["--subject", "{folder}/op.py:wrong"]]
)
def test_the_working_directory_may_be_gone(tmp_path, subject):
    files(tmp_path)
    words = [RIGHT[0], f"{tmp_path}/op.py:DOUBLE", *DOUBLE[1:], "--check", "values"]
    words += [word.format(folder=tmp_path) for word in subject]
    words += ["--json", f"{tmp_path}/a.json", "--junit", f"{tmp_path}/a.xml"]
    line = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    code, _, _ = in_shell(tmp_path, line, *words)
    comes_to = "PASS" if "right" in words[words.index("--subject") + 1] else "FAIL"
    assert (code, verdict(tmp_path)) == ({"PASS": 0, "FAIL": 1}[comes_to], comes_to)


def test_an_own_subject_needs_no_working_directory(tmp_path):
    line = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    words = ["check", "rms_norm", "--profile", "quick", "--check", "values", "--no-store"]
    code, out, error = in_shell(tmp_path, line, *words)
    assert code == 0, out + error


def test_a_module_that_ends_the_process_gives_no_exit_code(tmp_path):
    (tmp_path / "ends.py").write_text("import sys\nsys.exit(0)\n")
    done = subprocess.run(
        [sys.executable, "-m", "conformance", "describe", "ends.py:OPERATOR"],
        cwd=tmp_path, capture_output=True, text=True, env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode in (2, 3) and len(done.stderr.splitlines()) == 1
