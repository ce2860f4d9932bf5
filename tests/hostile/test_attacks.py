"""A wrong subject never passes: what it does is its failure, or nothing is decided of it."""

import json

import pytest

from conformance.events.request import Limits, Profile, Request
from conformance.events.verdict import ExitCode, exit_code
from conformance.runs.plan import Checks, Plan
from conformance.runs.run import run

from .attacks import ATTACKS, HEAD, REACHING

PROFILE = Profile("few", "", examples=4, largest=5000, shrink_seconds=0.5, binaries="none")
CHECKS = ("values", "dtypes", "purity")


def verdict(folder, text, checks=CHECKS):
    """What a run comes to, and the events of it."""
    path = folder / "subject.py"
    path.write_text(HEAD + text)
    events = []
    request = Request("gemma4_routing", f"{path}:route", "cpu", PROFILE, 1, limits=Limits(10.0))
    end = run(Plan(request, Checks(checks)), [events.append])
    return end.verdict, events


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_wrong_subject_never_passes(tmp_path, attack):
    found, events = verdict(tmp_path, ATTACKS[attack])
    assert exit_code(found) in (ExitCode.NOT_CONFORMANT, ExitCode.UNDECIDED), events[-1]


def test_the_memory_of_the_judge_is_out_of_reach(tmp_path):
    found, events = verdict(tmp_path, REACHING, ("values",))
    assert exit_code(found) is ExitCode.CONFORMANT, events
    reached = json.loads((tmp_path / "subject.py.json").read_text())
    assert len(reached) == 6  # two processes, three ways
    assert set(reached.values()) <= {"Permission denied", "Operation not permitted"}
