"""``conformance check FILE.py:OPERATOR`` of an engine: a file's own, and what lies behind one."""

import json
import os

import pytest

import conformance
from conformance.case import Case
from conformance.events.events import Ready
from conformance.events.request import Profile
from conformance.events.verdict import Verdict
from tests.generation.mini.faults import FAULTS
from tests.generation.mini.operator import OPERATOR, generate, loaded
from tests.generation.mini.subject import MiniSubject

from ..cli.command import conformance as command
from .copied import copied

SMALL = Profile("small", "", examples=1, largest=1 << 20, shrink_seconds=30.0)
FEWEST = {"forgets a token": 6}
"""With fewer requests the memory has room for all, and none loses its blocks."""
TOLD = "the subject tells nothing of its steps: it is no engine of the suite's"


@pytest.fixture
def checked(tmp_path):
    """Asks a subject of the mini engine's file on the command line; verdicts, events, output."""
    environment, folder = copied(tmp_path)

    def checked(file, *words):
        place, log = folder / file, tmp_path / "log.json"
        done = command(
            "check", f"{place}:OPERATOR", "--profile", "quick", "--no-store", "--seed", "1",
            "--json", log, *[word.format(file=place) for word in words],
            env={**os.environ, **environment},
        )  # fmt: skip
        events = json.loads(log.read_text())["events"] if log.exists() else []
        verdicts = {e["check"]: e for e in events if e["event"] == "CheckFinished"}
        return done, verdicts

    return checked


def test_an_engine_in_a_file_is_judged_by_every_check(checked):
    done, verdicts = checked("operator.py", "--subject", "{file}:generate")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {each["verdict"] for each in verdicts.values()} == {"PASS"}
    assert len(verdicts) == 19
    assert "on cpu, a mini engine" in done.stdout


def test_of_a_bare_function_the_checks_that_need_more_say_so(checked):
    words = ["--check", "tokens", "--check", "mixed_steps", "--check", "kernels_ran"]
    done, verdicts = checked("operator.py", "--subject", "{file}:silent", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert verdicts["tokens"]["verdict"] == "PASS"
    for check in ("mixed_steps", "kernels_ran"):
        assert (verdicts[check]["verdict"], verdicts[check]["reason"]) == ("UNSUPPORTED", TOLD)


def test_engines_in_processes_of_their_own_are_the_default_subject_of_their_release(checked):
    words = ["--check", "tokens", "--check", "chunks", "--check", "engine_memory"]
    done, verdicts = checked("in_processes.py", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "subject mini-engine" in done.stdout
    assert {each["verdict"] for each in verdicts.values()} == {"PASS"}


def test_a_setting_stands_in_the_line_that_replays_a_failure(checked):
    words = ["--check", "tokens", "--patch", "tests.generation.mini.trouble:wrong"]
    done, verdicts = checked("in_processes.py", *words)
    assert (done.returncode, verdicts["tokens"]["verdict"]) == (1, "FAIL")
    replay = next(line for line in done.stdout.splitlines() if line.startswith("  replay"))
    assert replay.endswith("--patch tests.generation.mini.trouble:wrong")


@pytest.mark.parametrize("name", FAULTS)
def test_a_failure_is_shrunk_to_one_or_two_requests(name):
    check, subject = FAULTS[name].check, loaded(MiniSubject(FAULTS[name].parts))
    report = conformance.check(OPERATOR, subject, profile=SMALL, checks=check, seed=1)
    assert report[check].verdict is Verdict.FAIL
    case = Case.parse(report[check].failures[0].case)
    assert case.axes["R"] <= FEWEST.get(name, 2), case


def test_what_a_loader_returns_is_a_subject_with_its_device():
    report = conformance.check(OPERATOR, generate, profile=SMALL, checks="kernels_ran")
    (ready,) = [event for event in report.events if isinstance(event, Ready)]
    assert report["kernels_ran"].verdict is Verdict.PASS
    assert (ready.mode, ready.execution) == ("cpu, a mini engine", "emulated")
