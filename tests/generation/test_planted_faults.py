"""What is planted in engines, as data: each question has a fault that only it finds."""

import pytest
from conformance_kernels.generation import faults
from conformance_kernels.generation.faults import FAULTS, VARIATIONS
from conformance_kernels.generation.faults.planted import put, restore

from conformance.checks.registry import GENERATION_CHECKS


def test_there_are_at_least_seventeen_faults():
    assert len(FAULTS) >= 17
    assert not FAULTS.keys() & VARIATIONS.keys()


@pytest.mark.parametrize("check", [each.id for each in GENERATION_CHECKS])
def test_every_question_has_a_fault_that_only_it_finds(check):
    assert [name for name, fault in FAULTS.items() if fault.caught_by == (check,)]


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found_where_its_checks_are_asked(fault):
    assert set(fault.caught_by) <= set(fault.where.checks)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_that_needs_many_requests_says_why(fault):
    assert bool(fault.why) == (fault.requests > 2)


class Package:
    number = 1

    def say(self):
        return "right"


def test_what_is_planted_is_taken_away_again():
    right = Package.say
    put(Package, "say", lambda self: "wrong")
    put(Package, "say", lambda self: "worse")
    put(Package, "number", 2)
    assert Package().say() == "worse" and Package.number == 2
    restore()
    assert Package.say is right and Package.number == 1


def test_a_word_that_is_planted_already_keeps_what_it_has_seen(monkeypatch):
    times = []
    monkeypatch.setitem(FAULTS, "counted", type("Counted", (), {"plant": lambda: times.append(1)}))
    monkeypatch.setattr(faults, "_now", [""])
    faults.planted("counted")
    faults.planted("counted")
    assert len(times) == 1
    faults.planted("")
    faults.planted("counted")
    assert len(times) == 2
