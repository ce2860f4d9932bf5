"""``conformance report``: logs of several runs as one result."""

import json

import pytest
from junitparser import JUnitXml

from conformance.cli.main import main

from .command import DOUBLED, QUICK, conformance


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """The log of a right subject and that of a wrong one."""
    folder = tmp_path_factory.mktemp("logs")
    (folder / "doubled.py").write_text(DOUBLED)
    check = ["check", "gemma4_routing", *QUICK, "--subject"]
    done = [
        conformance(*check, subject, "--json", folder / f"{name}.json", cwd=folder)
        for name, subject in (("right", "torch"), ("wrong", "doubled.py:route"))
    ]
    assert [run.returncode for run in done] == [0, 1]
    return folder, done


def test_two_logs_are_printed_as_their_runs_were_and_summed_up(logs, tmp_path, capsys):
    folder, (right, wrong) = logs
    files = ["--json", str(tmp_path / "all.json"), "--junit", str(tmp_path / "all.xml")]
    assert main(["report", str(folder / "right.json"), str(folder / "wrong.json"), *files]) == 1
    out = capsys.readouterr().out
    assert out.startswith(right.stdout + wrong.stdout)
    first, second, last = out.removeprefix(right.stdout + wrong.stdout).splitlines()
    assert (first, second) == (
        "PASS        gemma4_routing, torch",
        "FAIL        gemma4_routing, doubled.py:route",
    )
    assert last.startswith("not conformant: 2 runs in ")
    document = json.loads((tmp_path / "all.json").read_text())
    assert (document["complete"], document["verdict"]) == (True, "FAIL")
    assert len(list(JUnitXml.fromfile(str(tmp_path / "all.xml")))) == 2
    assert main(["report", str(tmp_path / "all.json")]) == 1
    assert capsys.readouterr().out == out


def test_the_exit_code_is_that_of_all_runs(logs, capsys):
    folder, _ = logs
    assert main(["report", str(folder / "right.json"), str(folder / "right.json")]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("conformant: 1 run in ")


def test_a_log_names_all_that_a_verdict_depends_on(logs):
    folder, _ = logs
    events = json.loads((folder / "wrong.json").read_text())["events"]
    start = next(event for event in events if event["event"] == "RunStarted")
    ready = next(event for event in events if event["event"] == "Ready")
    assert {"conformance", "python", "torch", "triton"} <= set(start["versions"])
    assert start["host"] and start["time"] and ready["driver"] == "none"
    assert ready["judged"]["what"].endswith("doubled.py") and len(ready["judged"]["sha256"]) == 64
    (check,) = [e for e in events if e["event"] == "CheckFinished" and e["check"] == "values"]
    assert check["failures"][0]["case"] in check["asked"]
    assert check["failures"][0]["findings"][0]["about"] == "weights"
    assert all(event["run"]["operator"] == "gemma4_routing" for event in events)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"format": 1, "events": []}', "has format 1; this version reads format 2"),
        ("{}", "is no log of a run"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_no_log_of_this_form_exits_with_2_and_is_named(
    logs, tmp_path, capsys, text, complaint
):
    folder, _ = logs
    path = tmp_path / "old.json"
    if text is not None:
        path.write_text(text)
    assert main(["report", str(folder / "right.json"), str(path)]) == 2
    shown = capsys.readouterr()
    (line,) = shown.err.splitlines()
    assert "old.json" in line and complaint in line and shown.out == ""
