"""An engine that dies, hangs or takes all memory is a finding, and the next case goes on."""

import os
import signal

import psutil
import pytest

import conformance
from conformance.events.request import GIB, Limits, Profile
from conformance.events.verdict import Verdict

from ..cli.started import Started
from .copied import TROUBLE, copied

ONCE = Profile("once", "", examples=0, largest=1 << 20, shrink_seconds=0.0)
"""Fixed cases, not made smaller: a death costs the start of a process."""


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Asks checks of engines with a patch; no process may be left."""
    environment, folder = copied(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def checked(patch, *checks, **limits):
        report = conformance.check(
            f"{folder / 'in_processes.py'}:OPERATOR", profile=ONCE, seed=1, checks=checks,
            settings={"patch": f"{TROUBLE}:{patch}"}, limits=Limits(**limits),
        )  # fmt: skip
        left = [each for each in psutil.process_iter() if is_engine(each, tmp_path)]
        assert not left, left
        return report

    return checked


def is_engine(process, folder):
    """Whether a process runs an engine of this test."""
    try:
        return (
            "conformance.generation.process" in process.cmdline()
            and process.environ().get("PYTHONPATH", "").startswith(str(folder))
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except (psutil.Error, OSError):
        return False


def messages(report, check):
    """What was got instead of answers."""
    return [failure.finding.got for failure in report[check].failures]


def test_each_way_in_which_an_engine_ends_is_told_and_other_cases_go_on(checked):
    checks = ("tokens", "second_call", "arrivals", "prompts")
    report = checked("dies", *checks)
    assert [report[check].verdict for check in checks] == [Verdict.FAIL] * 4
    assert messages(report, "tokens") == [
        "EngineDied: the engine's process crashed with SIGSEGV; the end of its output: "
        "last words of the engine"
    ]
    assert messages(report, "second_call") == [
        "EngineDied: the engine's process ended the process with exit code 7; the end of its "
        "output: a library gives up"
    ]
    (raised,) = messages(report, "arrivals")
    assert raised.startswith("KeyError: 'no block is left' (")
    (garbled,) = messages(report, "prompts")
    assert garbled.startswith("EngineDied: the engine's process sent what is no answer (")
    assert garbled.endswith("; it printed nothing")
    # The case after the one that failed was answered by a new engine, and rightly.
    assert [report[check].cases for check in checks] == [3, 2, 4, 4]


def test_an_engine_that_hangs_ends_with_the_time_of_a_call(checked, tmp_path, monkeypatch):
    monkeypatch.setenv("MINI_HANGS", str(tmp_path / "hung"))
    report = checked("hangs", "tokens", call_seconds=8.0)
    assert report["tokens"].verdict is Verdict.FAIL
    (failure,) = report["tokens"].failures
    assert "8 s" in failure.finding.message + failure.finding.got
    assert report["tokens"].cases == 3


def test_an_engine_that_takes_all_memory_ends(checked):
    report = checked("eats", "tokens", memory=2 * GIB)
    assert report["tokens"].verdict is Verdict.FAIL
    (failure,) = report["tokens"].failures
    assert "memory" in (failure.finding.message + failure.finding.got).lower()
    assert report["tokens"].cases == 3


def test_an_interrupt_ends_the_engine(tmp_path):
    environment, folder = copied(tmp_path)
    environment["MINI_HANGS"] = str(tmp_path / "hung")
    words = ["check", f"{folder / 'in_processes.py'}:OPERATOR", "--profile", "quick", "--no-store"]
    words += ["--check", "tokens", "--patch", f"{TROUBLE}:hangs"]
    with Started(tmp_path, *words, environment={**os.environ, **environment}) as command:
        # Two processes import torch before the engine is there: minutes on a loaded machine.
        code, _, error = command.wait_for("hung", 300).send(signal.SIGINT).ended()
    assert (code, error) == (3, "conformance: interrupted\n")
