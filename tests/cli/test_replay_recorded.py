"""``replay`` takes a few digits, or only ``--last``: failures are recorded beside kept cases."""

import json
import shlex

import pytest

from conformance.cli.main import main

from .command import DOUBLED, conformance

CHECK = ["check", "gemma4_routing", "--subject", "mine.py:route", "--profile", "quick",
         "--check", "values", "--check", "special"]  # fmt: skip


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """A folder in which a run has failed, with its record."""
    folder = tmp_path_factory.mktemp("failed")
    (folder / "mine.py").write_text(DOUBLED)
    assert conformance(*CHECK, cwd=folder).returncode == 1
    return folder


@pytest.fixture
def record(failed, monkeypatch):
    """What is recorded; the current folder is that of the run."""
    monkeypatch.chdir(failed)
    return json.loads((failed / ".conformance/failures.json").read_text())


def said(*words, capsys):
    code = main(["replay", *words])
    return code, capsys.readouterr()


def test_every_failure_of_a_run_is_recorded(record):
    assert {entry["check"] for entry in record} == {"values", "special"}
    assert len({entry["run"] for entry in record}) == 1
    assert {entry["subject"] for entry in record} == {"mine.py:route"}
    assert all(entry["line"].startswith("gemma4_routing@") for entry in record)


def test_four_digits_replay_a_failure(failed, record):
    done = conformance("replay", record[0]["id"][:4], cwd=failed)
    assert done.returncode == 1
    assert done.stdout.startswith(record[0]["id"])
    assert "subject mine.py:route" in done.stdout and record[0]["message"] in done.stdout


def test_the_last_run_s_first_failure_is_replayed_with_values(failed, record):
    done = conformance("replay", "--last", cwd=failed)
    assert done.returncode == 1
    assert f"case    {record[0]['line']}" in done.stdout
    assert "weights: " in done.stdout and "element  got" in done.stdout
    marked = [line for line in done.stdout.splitlines() if line.lstrip().startswith("> [")]
    assert len(marked) >= 1


def test_the_list_has_the_newest_first(record, capsys):
    code, told = said("--list", capsys=capsys)
    assert code == 0
    assert [line.split()[0] for line in told.out.splitlines()] == [e["id"] for e in record[::-1]]


@pytest.mark.parametrize("words", [["12"], ["zzzz"], [], ["--last", "7f3a"]])
def test_what_names_no_failure_is_an_error_on_one_line(words, record, capsys):
    code, told = said(*words, capsys=capsys)
    assert code == 2
    assert len(told.err.splitlines()) == 1


def test_an_unknown_id_names_the_nearest_and_the_list(record, capsys):
    known = record[0]["id"]
    near = known[:3] + ("0" if known[3] != "0" else "1") + known[4:]
    code, told = said(near, capsys=capsys)
    assert code == 2
    assert f"no failure {near} is recorded; did you mean" in told.err
    assert known in told.err and "conformance replay --list" in told.err


def test_an_ambiguous_id_names_all_that_it_may_be(record, failed, tmp_path, monkeypatch, capsys):
    twins = [{**record[0], "id": "7f3a41"}, {**record[0], "id": "7f3a42", "check": "ties"}]
    (tmp_path / ".conformance").mkdir()
    (tmp_path / ".conformance/failures.json").write_text(json.dumps(twins))
    monkeypatch.chdir(tmp_path)
    code, told = said("7f3a", capsys=capsys)
    assert code == 2
    assert "7f3a may be 7f3a42 (gemma4_routing, ties), 7f3a41 (gemma4_routing, " in told.err


def test_without_a_store_nothing_is_recorded(tmp_path):
    (tmp_path / "mine.py").write_text(DOUBLED)
    assert conformance(*CHECK, "--no-store", cwd=tmp_path).returncode == 1
    assert not (tmp_path / ".conformance").exists()


def test_a_corrupt_record_is_one_line_of_trouble_and_stops_nothing(tmp_path, failed):
    (tmp_path / "mine.py").write_text(DOUBLED)
    (tmp_path / ".conformance").mkdir()
    (tmp_path / ".conformance/failures.json").write_text("{")
    done = conformance(*CHECK, cwd=tmp_path)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "recorded failures of" in line and "failures.json" in line
    for words in (["--last"], ["7f3a"], ["--list"]):
        done = conformance("replay", *words, cwd=tmp_path)
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1


def test_what_the_command_says_itself_stands(failed, record):
    done = conformance("replay", record[0]["id"], "--subject", "torch", cwd=failed)
    assert done.returncode == 0
    assert "subject torch" in done.stdout


def test_the_full_command_still_works(failed, record):
    done = conformance(
        "replay", "gemma4_routing", record[0]["line"], *shlex.split("--subject mine.py:route"),
        cwd=failed,
    )  # fmt: skip
    assert done.returncode == 1
