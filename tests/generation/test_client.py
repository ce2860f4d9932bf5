"""Engines' processes: what they are started with, how they are reused, and how they end."""

import math
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.catalogue.objects import SubjectNotFound
from conformance.generation.client import EngineDied, EngineRaised, Engines, EngineUnavailable
from conformance.generation.setup import EngineSetup, Generate, ProcessSetup, Step
from conformance.processes.tree import below, lives

FILE = Path(__file__).with_name("fake_engine.py")
SETUP = ProcessSetup(f"{FILE}:FAKE")
ORDER = Generate(prompts=((5, 6), (7,)), new_tokens=3)
ECHO = EngineSetup("echo")


@pytest.fixture
def engines() -> Iterator[Engines]:
    with Engines(processes=2, engines=2, seconds=60) as found:
        yield found


def process_of(engines: Engines, setup: ProcessSetup = SETUP, engine: EngineSetup = ECHO) -> int:
    return int(engines.start(setup, engine).facts["process"])


def test_an_order_is_answered_with_what_the_engine_gave_and_what_was_counted(engines):
    answer = engines.generate(SETUP, ECHO, ORDER)
    assert answer.tokens == ((5, 5, 5), (7, 7, 7))
    assert answer.candidates[0] == ((5,), (5,), (5,))
    assert math.isnan(answer.log_probabilities[0][0][0])
    assert answer.steps == (Step("prefill", {0: 2}),)
    assert [(call.name, call.phase, call.count) for call in answer.calls] == [
        ("fake.kernel", "prefill", 1)
    ]


def test_an_engine_is_started_once_and_counts_anew_for_each_order(engines):
    first = engines.generate(SETUP, ECHO, ORDER)
    second = engines.generate(SETUP, ECHO, ORDER)
    assert (first.cached, second.cached) == ((1, 1), (2, 2))
    assert second.calls == first.calls


def test_a_process_has_the_kinds_variables_and_the_setups_on_top(engines, monkeypatch):
    monkeypatch.setenv("FAKE_TAKEN_AWAY", "1")
    setup = ProcessSetup(SETUP.kind, environment={"FAKE": "setup", "FAKE_TAKEN_AWAY": None})
    facts = engines.start(setup, ECHO).facts
    assert facts["FAKE"] == "setup"
    assert facts["FAKE_KIND"] == "kind"
    assert "FAKE_TAKEN_AWAY" not in facts


def test_variables_that_import_and_start_changed_are_told(engines):
    started = engines.start(SETUP, ECHO)
    assert started.environment == {"FAKE_PREPARED": (None, "1"), "FAKE_STARTED": (None, "echo")}


def test_planted_faults_are_called_in_the_process(engines):
    setup = ProcessSetup(SETUP.kind, plants=(f"{FILE}:plant",))
    assert engines.start(setup, ECHO).facts["FAKE_PLANTED"] == "1"
    assert "FAKE_PLANTED" not in os.environ


def test_a_seam_holds_for_the_engine_that_wants_it_and_is_taken_away_for_others(engines):
    seam = f"{FILE}:seam"
    one, other = EngineSetup("echo", {seam: "one"}), EngineSetup("echo", {seam: "other"})
    seen = [engines.generate(SETUP, each, ORDER).remarks for each in (one, other, one)]
    assert seen == [("one",), ("other",), ("one",)]
    assert engines.generate(SETUP, ECHO, ORDER).remarks == ("",)


def test_what_caches_were_filled_with_is_gone_before_the_next_order(engines):
    filled = Generate(prompts=((1,),), new_tokens=1, caches="nan")
    assert engines.generate(SETUP, ECHO, filled).remarks[1:] == ("nan",)
    assert engines.generate(SETUP, ECHO, ORDER).remarks[1:] == ("nan", "zero")


def test_engines_of_one_setup_share_a_process(engines):
    assert process_of(engines) == process_of(engines, engine=EngineSetup("echo", runner="v2"))


def test_the_least_recently_used_engine_makes_room(engines):
    engines.generate(SETUP, ECHO, ORDER)
    engines.start(SETUP, EngineSetup("second"))
    engines.start(SETUP, ECHO)
    engines.start(SETUP, EngineSetup("third"))
    assert engines.generate(SETUP, ECHO, ORDER).cached == (2, 2), "it was used and has stayed"
    engines.start(SETUP, EngineSetup("fourth"))
    engines.start(SETUP, EngineSetup("fifth"))
    assert engines.generate(SETUP, ECHO, ORDER).cached == (1, 1), "it had to be started again"


def test_the_least_recently_used_process_makes_room(engines):
    first = process_of(engines)
    process_of(engines, ProcessSetup(SETUP.kind, triton=True))
    assert lives(first)
    process_of(engines, ProcessSetup(SETUP.kind, compiled=True))
    assert not lives(first)
    assert process_of(engines) != first


def test_a_death_is_told_with_how_and_the_last_words_and_the_next_order_starts_anew(engines):
    first = process_of(engines)
    with pytest.raises(EngineDied) as caught:
        engines.generate(SETUP, EngineSetup("killed"), ORDER)
    assert caught.value.ending.how == "crashed with SIGSEGV"
    assert caught.value.ending.own
    assert "last words" in caught.value.tail
    assert engines.generate(SETUP, ECHO, ORDER).tokens[0] == (5, 5, 5)
    assert process_of(engines) != first


def test_an_exit_in_the_middle_of_an_order_is_a_death(engines):
    with pytest.raises(EngineDied) as caught:
        engines.generate(SETUP, EngineSetup("exits"), ORDER)
    assert caught.value.ending.how == "ended the process with exit code 7"


def test_a_process_that_ended_between_two_orders_is_replaced(engines):
    first = process_of(engines)
    os.kill(first, signal.SIGKILL)
    while lives(first):
        pass
    assert engines.generate(SETUP, ECHO, ORDER).cached == (1, 1)


def test_what_does_not_answer_in_time_is_ended():
    with Engines(seconds=3) as engines:
        process = process_of(engines)
        with pytest.raises(EngineDied, match="did not answer within 3 s"):
            engines.generate(SETUP, EngineSetup("hangs"), ORDER)
        assert not lives(process)


def test_what_is_no_answer_ends_the_process(engines):
    with pytest.raises(EngineDied, match="sent what is no answer"):
        engines.generate(SETUP, EngineSetup("garbles"), ORDER)
    assert engines.generate(SETUP, ECHO, ORDER).cached == (1, 1)


def test_an_exception_is_told_with_its_place_and_the_process_lives_on(engines):
    process = process_of(engines)
    with pytest.raises(EngineRaised) as caught:
        engines.generate(SETUP, EngineSetup("raises"), ORDER)
    raised = caught.value.raised
    assert (raised.type, raised.message) == ("RuntimeError", "order 1 is wrong")
    assert raised.place.startswith(f"{FILE}:")
    assert "Traceback" in raised.trace
    assert process_of(engines) == process


def test_an_engine_that_raised_is_not_asked_again_but_started_anew(engines):
    for _ in range(2):
        with pytest.raises(EngineRaised, match="order 1 is wrong"):
            engines.generate(SETUP, EngineSetup("raises"), ORDER)


def test_what_starting_raises_is_told(engines):
    with pytest.raises(EngineRaised, match="ValueError: no such model"):
        engines.start(SETUP, EngineSetup("refused"))


def test_a_package_that_cannot_be_imported_is_told_and_leaves_no_process(engines):
    setup = ProcessSetup(SETUP.kind, environment={"FAKE": "broken"})
    before = set(below(os.getpid()))
    with pytest.raises(EngineRaised, match="ImportError: no such engine"):
        engines.start(setup, ECHO)
    assert set(below(os.getpid())) <= before


def test_a_kind_that_cannot_run_here_says_why(engines, monkeypatch):
    monkeypatch.setenv("FAKE_LACKS", "fake is not installed")
    with pytest.raises(EngineUnavailable, match="fake is not installed"):
        engines.start(SETUP, ECHO)


def test_an_unknown_kind_is_told_with_the_known_ones(engines):
    with pytest.raises(SubjectNotFound, match=r"no engine 'vlm'; known: .*vllm"):
        engines.start(ProcessSetup("vlm"), ECHO)


def test_closing_ends_every_process():
    engines = Engines()
    process = process_of(engines)
    engines.close()
    assert not lives(process)
