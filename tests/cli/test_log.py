"""The log alone says what a run came to: who has nothing else derives the same verdict."""

import json
import os
from collections import Counter

import pytest

from ..stateful.package import install
from .command import DOUBLED, conformance

LATE = DOUBLED + "import os\ndef dying(*call): os._exit(3)\ndef raising(*call): raise ValueError\n"
ROUTING = ["check", "gemma4_routing", "--profile", "quick", "--no-store"]
TOYS = ["check", "toys", "--profile", "quick", "--no-store", "--jobs", "2"]
COMMANDS = {
    "right": [*ROUTING, "--check", "values", "--check", "sequence"],
    "wrong": [*ROUTING, "--subject", "late.py:route", "--check", "values", "--check", "ties"],
    "dying": [*ROUTING, "--subject", "late.py:dying", "--check", "values", "--check", "sizes"],
    "stopped": [*ROUTING, "--subject", "late.py:raising", "--fail-fast"],
    "missing": [*ROUTING, "--device", "xpu"],
    "broken": [*ROUTING, "--subject", "broken.py:route"],
    "no question": [*ROUTING, "--check", "sequence"],
    "family": [*TOYS, "--check", "values"],
    "failing family": [*TOYS, "--subject", "ending", "--fail-fast", "--check", "values"],
}


@pytest.fixture(scope="module", params=COMMANDS)
def logged(request, tmp_path_factory):
    """A command that has been run, its log, and the folder that it ran in."""
    folder = tmp_path_factory.mktemp("log")
    (folder / "late.py").write_text(LATE)
    (folder / "broken.py").write_text("1 / 0")
    environment = {**os.environ, "PYTHONPATH": str(install(folder))}
    words = [*COMMANDS[request.param], "--json", "a.json"]
    done = conformance(*words, cwd=folder, env=environment)
    return done, json.loads((folder / "a.json").read_text()), folder


def of(events, name):
    return [event for event in events if event["event"] == name]


def runs(document):
    """The events of each run, without the end of a family."""
    found = {}
    for event in document["events"]:
        if event["event"] != "AllFinished":
            found.setdefault(event["run"]["id"], []).append(event)
    return found.values()


def weighed(verdicts):
    """What verdicts come to, written down a second time."""
    order = ["FAIL", "ERROR", "WAIVED", "PASS", "UNSUPPORTED", "NOT_RUN"]
    return next((verdict for verdict in order if verdict in verdicts), "NOT_RUN")


def test_the_verdict_follows_from_the_events(logged):
    done, document, _ = logged
    ends = []
    for events in runs(document):
        verdicts = [
            event["verdict"]
            for event in of(events, "CheckFinished")
            if (event["check"], event["verdict"]) != ("load", "PASS")
        ]
        (end,) = of(events, "RunFinished")
        assert end is events[-1] and end["complete"]
        assert end["counts"] == Counter(verdicts)
        assert end["verdict"] == weighed(verdicts)
        ends.append(end["verdict"])
    for end in of(document["events"], "AllFinished"):
        assert sorted(end["operators"].values()) == sorted(
            [*ends, *["NOT_RUN"] * len(end["not_started"])]
        )
        assert end is document["events"][-1]
    assert document["verdict"] == weighed(ends) and document["complete"]
    code = {"FAIL": 1, "PASS": 0, "WAIVED": 0}.get(document["verdict"], 3)
    assert done.returncode == code, done.stdout + done.stderr


def test_every_event_names_its_run_and_its_time_in_order(logged):
    _, document, _ = logged
    for event in document["events"]:
        assert event["run"]["id"] and event["run"]["operator"] and event["run"]["device"]
        assert {"subject", "family"} <= set(event["run"])
    for events in runs(document):
        assert len({json.dumps(event["run"]) for event in events}) == 1
        times = [event["time"] for event in events]
        assert times == sorted(times) and all(time.endswith("+00:00") for time in times)
        assert events[0]["event"] == "RunStarted"


def test_every_question_is_answered_once_after_it_was_asked(logged):
    _, document, _ = logged
    for events in runs(document):
        started = [event["check"] for event in of(events, "CheckStarted")]
        finished = of(events, "CheckFinished")
        stopped = [e["check"] for e in finished if e["reason"].startswith("stopped after")]
        assert [*started, *stopped] == [event["check"] for event in finished]
        assert len(set(started)) == len(started) and started[0] == "load"


def test_every_failing_case_is_among_those_asked_and_every_finding_has_a_kind(logged):
    _, document, _ = logged
    for event in of(document["events"], "CheckFinished"):
        assert len(set(event["asked"])) == len(event["asked"]) <= max(event["cases"], 1)
        assert not set(event["asked"]) & {c for lines in event["left_out"].values() for c in lines}
        assert bool(event["failures"]) == (event["verdict"] in ("FAIL", "WAIVED"))
        for failure in event["failures"]:
            assert not failure["case"] or failure["case"] in event["asked"]
            assert failure["findings"]
            assert all(f["kind"] != "other" and f["weight"] for f in failure["findings"])


def test_the_report_of_a_log_has_the_lines_and_the_exit_code_of_the_run(logged):
    done, _, folder = logged
    again = conformance("report", "a.json", cwd=folder)
    assert again.returncode == done.returncode
    kept = [line for line in again.stdout.splitlines() if line in done.stdout.splitlines()]
    assert [line for line in done.stdout.splitlines() if " operators in " not in line] == [
        line for line in kept if " operators in " not in line
    ]
