"""What a project configures is what the command asks, and what failures decide."""

import json
import subprocess

import pytest

from .command import conformance

NORM = """
import torch
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument

CONTRACT = Contract(
    "twice", "2 x", (Axis("N", "numbers"),),
    (TensorArgument("x", ("N",), ("float32",), "x"),),
    (Output("y", ("N",), "float32", "2 x", budget=Budget(0, 0, "exact")),),
    lambda x: (2 * x,),
)

def right(x):
    if x.dtype != torch.float32 or x.dim() != 1:
        raise ValueError("x")
    return 2 * x

def careless(x):
    return (x.float() + x.float()).reshape(-1)

def wrong(x):
    return 3 * x
"""
CONFIGURATION = """
profile = "quick"
store = false
checks = ["values", "arguments"]

[operators.twice]
contract = "twice.py:CONTRACT"
subjects = ["twice.py:careless"]
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "twice.py").write_text(NORM)
    (tmp_path / "conformance.toml").write_text(CONFIGURATION)
    return tmp_path


def verdicts(path):
    events = json.loads(path.read_text())["events"]
    return {
        e["check"]: (e["verdict"], e["severity"]) for e in events if e["event"] == "CheckFinished"
    }


def test_check_without_an_operator_asks_what_is_configured(project):
    done = conformance("check", "--json", "log.json", cwd=project)
    assert done.returncode == 1, done.stdout + done.stderr
    assert verdicts(project / "log.json") == {
        "load": ("PASS", "deny"), "values": ("PASS", "deny"), "arguments": ("FAIL", "deny"),
    }  # fmt: skip


def test_a_warning_is_told_and_decides_nothing(project):
    done = conformance(
        "check", "twice", "--severity", "arguments=warn", "--json", "log.json", cwd=project
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts(project / "log.json")["arguments"] == ("FAIL", "warn")
    end = json.loads((project / "log.json").read_text())["events"][-1]
    assert (end["verdict"], end["warned"]) == ("PASS", ["arguments"])


def test_a_warning_of_the_file_is_overruled_on_the_command_line(project):
    text = CONFIGURATION.replace("store", 'severity = {arguments = "warn"}\nstore')
    (project / "conformance.toml").write_text(text)
    assert conformance("check", cwd=project).returncode == 0
    assert conformance("check", "--severity", "arguments=deny", cwd=project).returncode == 1
    assert conformance("check", "--no-configuration", "twice", cwd=project).returncode == 2


def test_a_check_that_is_left_out_is_told_and_no_pass(project):
    done = conformance("check", "--skip", "arguments", cwd=project)
    assert done.returncode == 0
    assert "NOT_RUN     arguments  left out: its severity is off" in done.stdout
    nothing = conformance("check", "--skip", "arguments", "--skip", "values", cwd=project)
    assert nothing.returncode == 3 and "could not be decided (NOT_RUN)" in nothing.stdout


def test_a_warning_hides_no_failure_of_another_check(project):
    done = conformance(
        "check", "twice", "--subject", "twice.py:wrong", "--severity", "arguments=warn", cwd=project
    )
    assert done.returncode == 1


def test_several_subjects_and_operators_are_asked_one_by_one(project):
    more = CONFIGURATION.replace('"twice.py:careless"', '"twice.py:right", "twice.py:wrong"')
    (project / "conformance.toml").write_text(more + "\n[operators.rms_norm]\n")
    done = conformance("check", "--check", "values", "--json", "log.json", cwd=project)
    assert done.returncode == 1, done.stdout + done.stderr
    end = json.loads((project / "log.json").read_text())["events"][-1]
    assert end["operators"] == {
        "twice.py:CONTRACT twice.py:right": "PASS",
        "twice.py:CONTRACT twice.py:wrong": "FAIL",
        "rms_norm": "PASS",
    }


def test_names_and_paths_hold_from_a_folder_below(project):
    (project / "deep").mkdir()
    done = conformance("check", "twice", "--check", "values", cwd=project / "deep")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "../twice.py:careless" in done.stdout
    told = conformance("describe", "twice", cwd=project / "deep")
    assert told.returncode == 0 and told.stdout.startswith("twice: 2 x")


def test_a_case_is_replayed_by_the_name_that_the_project_gives(project):
    line = "twice@values@N=3,x=float32/normal/dense,seed=0"
    done = conformance("replay", "twice", line, cwd=project)
    assert done.returncode == 0 and "PASS" in done.stdout, done.stdout + done.stderr
    assert (
        conformance("replay", "twice", line, "--subject", "twice.py:wrong", cwd=project).returncode
        == 1
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--severity", "tys=warn"], "no check tys; known: "),
        (["--skip", "argument"], "did you mean arguments?"),
        (["--severity", "ties"], "write ID=deny, ID=warn or ID=off, as arguments=warn"),
        (["--configuration", "none.toml"], "none.toml: No such file"),
        (["--profile", "quik"], "did you mean quick?"),
        (["--write-waivers", "twice.py"], "twice.py: "),
    ],
)
def test_a_mistake_is_a_usage_error_and_nothing_is_started(project, words, complaint):
    done = conformance("check", "twice", *words, cwd=project)
    assert done.returncode == 2 and complaint in done.stderr and not done.stdout


def test_a_name_that_the_project_gives_may_have_been_meant(project):
    done = conformance("check", "twcie", cwd=project)
    assert done.returncode == 2 and "did you mean twice?" in done.stderr and not done.stdout


def test_a_check_of_the_file_that_nobody_has_names_the_file(project):
    (project / "conformance.toml").write_text(CONFIGURATION + '[severity]\ntys = "warn"\n')
    done = conformance("check", cwd=project)
    assert done.returncode == 2
    assert "no check" in done.stderr or "no key" in done.stderr


def test_a_project_without_operators_is_told_what_to_write(tmp_path):
    done = conformance("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "[tool.conformance.operators.NAME]; conformance new NAME begins one" in done.stderr


def test_the_checks_that_would_be_asked_are_listed_with_what_they_decide(project):
    done = conformance("check", "--list-checks", "--severity", "arguments=warn", cwd=project)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "twice.py:CONTRACT: twice.py:careless on cpu, quick",
        "  deny  values           Are the outputs right?",
        "  warn  arguments        Are calls refused that have no right answer?",
    ]


def test_a_baseline_is_written_fails_until_it_is_filled_in_and_then_holds(project):
    words = ["check", "twice", "--subject", "twice.py:wrong", "--check", "values"]
    first = conformance(*words, "--write-waivers", "w.toml", cwd=project)
    assert first.returncode == 1 and "w.toml: 1 new waiver; fill in" in first.stderr
    again = conformance(*words, "--write-waivers", "w.toml", cwd=project)
    assert again.returncode == 1 and "w.toml: 0 new waivers" in again.stderr
    assert "is not filled in: issue, owner, expires missing" in again.stdout
    assert "remove it" not in again.stderr  # what it will cover is there
    path = project / "w.toml"
    lines = (
        path.read_text()
        .replace('""  # fill in', '"me"')
        .replace('expires = "me"', "expires = 2999-01-01")
    )
    path.write_text(lines)
    filled = conformance(*words, "--waivers", "w.toml", cwd=project)
    assert filled.returncode == 0, filled.stdout + filled.stderr
    mended = conformance(
        "check", "twice", "--check", "values", "--subject", "twice.py:wrong", "--waivers", "w.toml",
        cwd=_mended(project),
    )  # fmt: skip
    assert mended.returncode == 2
    assert "no case shows what it covers any more: remove it" in mended.stderr


def _mended(project):
    (project / "twice.py").write_text(NORM.replace("return 3 * x", "return 2 * x"))
    return project


def git(folder, *words):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture
def repository(project):
    (project / "helper.py").write_text("FACTOR = 2\n")
    (project / "README.md").write_text("words\n")
    (project / "other.py").write_text(NORM)
    (project / "twice.py").write_text("from helper import FACTOR\n" + NORM)
    (project / "conformance.toml").write_text(
        CONFIGURATION
        + '[operators.other]\ncontract = "other.py:CONTRACT"\nsubjects = ["other.py:right"]\n'
        + 'files = ["data/*.json"]\n'
    )
    git(project, "init", "-b", "main")
    git(project, "add", ".")
    git(project, "commit", "-m", "first")
    return project


def touched(repository):
    done = conformance("check", "--changed-since", "main", "--list-checks", cwd=repository)
    assert done.returncode == 0, done.stderr
    return [
        line
        for line in done.stdout.splitlines()
        if "changed since" in line or "no operator" in line
    ]


def test_only_operators_are_asked_whose_files_changed(repository):
    assert touched(repository) == ["no operator is touched by the 0 files changed since main"]
    (repository / "README.md").write_text("more words\n")
    assert touched(repository) == ["no operator is touched by the 1 files changed since main"]
    (repository / "helper.py").write_text("FACTOR = 3\n")
    assert touched(repository) == ["twice: helper.py changed since main"]
    (repository / "data").mkdir()
    (repository / "data" / "a.json").write_text("{}")
    assert touched(repository)[1] == "other: data/a.json changed since main"


def test_commits_of_the_branch_count_and_those_of_main_do_not(repository):
    git(repository, "checkout", "-b", "work")
    (repository / "other.py").write_text(NORM + "\n")
    git(repository, "commit", "-am", "second")
    assert touched(repository) == ["other: other.py changed since main"]
    git(repository, "checkout", "main")
    (repository / "twice.py").write_text(NORM)
    git(repository, "commit", "-am", "third")
    git(repository, "checkout", "work")
    assert touched(repository) == ["other: other.py changed since main"]


def test_a_change_of_the_configuration_touches_all_that_it_configures(repository):
    (repository / "conformance.toml").write_text(
        (repository / "conformance.toml").read_text() + "\n"
    )
    assert [line.partition(":")[0] for line in touched(repository)] == ["twice", "other"]


def test_a_revision_that_is_not_there_is_a_usage_error(repository, tmp_path):
    done = conformance("check", "--changed-since", "nowhere", cwd=repository)
    assert done.returncode == 2 and "there is no revision 'nowhere' here" in done.stderr


def test_what_is_configured_is_shown_operator_by_operator(project):
    done = conformance("configuration", cwd=project)
    assert done.returncode == 0
    assert done.stdout.splitlines()[1:] == [
        "profile: quick",
        "checks: values, arguments",
        "store: none",
        "operator twice, which is twice.py:CONTRACT",
        "  profile: quick",
        "  subjects: twice.py:careless",
        "  checks: values, arguments",
        "  store: none",
    ]


def test_the_schema_for_editors_is_printed(tmp_path):
    done = conformance("configuration", "--schema", cwd=tmp_path)
    assert json.loads(done.stdout)["title"] == "conformance.toml"
