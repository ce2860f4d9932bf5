"""Which files a round depends on: found without importing anything."""

from pathlib import Path

import pytest

from conformance.policy.configuration import configuration_for
from conformance.runs.watching.files import Saves, WatchedFiles, names_of

CONFIGURATION = """
[operators.norm]
contract = "contracts/norm.py:NORM"
subjects = ["src/norm.py:norm"]
files = ["data/**/*.json"]
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("contracts/norm.py", "src/norm.py", "src/helper.py", "data/a/b.json"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit('imported')\n")
    (tmp_path / "conformance.toml").write_text(CONFIGURATION)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def files(project):
    return WatchedFiles.of(configuration_for(), ["norm"])


@pytest.mark.parametrize(
    "name",
    ["contracts/norm.py", "src/norm.py", "src/helper.py", "src/new.py", "data/a/b.json",
     "data/a/c/new.json", "conformance.toml"],
)  # fmt: skip
def test_a_change_of_what_a_run_reads_counts(files, project, name):
    assert files.holds(project / name)


@pytest.mark.parametrize("name", ["README.md", "src/notes.txt", "other/norm.py", "src/norm.pyc"])
def test_a_change_of_anything_else_does_not(files, project, name):
    assert not files.holds(project / name)


def test_a_subject_of_the_command_line_counts_also_before_it_is_there(project):
    files = WatchedFiles.of(configuration_for(), ["norm"], ["src/later.py:norm"])
    assert files.holds(project / "src/later.py")


def test_an_installed_operator_is_watched_where_it_lies(project):
    files = WatchedFiles.of(configuration_for(), ["gemma4_routing"])
    assert {"contract.py", "triton_route.py"} <= {path.name for path in files.files}


def test_a_save_is_heard_and_taken_once(files, project):
    with Saves(files) as saves:
        deadline = 200
        while not saves.came.is_set() and deadline:
            (project / "src/norm.py").write_text(f"# {deadline}\n")
            saves.came.wait(0.1)
            deadline -= 1
        assert saves.take() == [project / "src/norm.py"]
        assert not saves.came.is_set()


def test_files_are_named_on_a_short_line():
    paths = [Path(f"/somewhere/{name}.py") for name in "abcde"]
    assert names_of(paths) == "a.py, b.py, c.py and 2 more"
    assert names_of(paths[:1]) == "a.py"
