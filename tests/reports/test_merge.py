"""Logs of several runs are told as one, whichever machines and commands they come from."""

from dataclasses import replace

import pytest
from junitparser import JUnitXml

from conformance.events.events import AllFinished, RunFinished, RunStarted
from conformance.events.verdict import Verdict
from conformance.reports.json_log import as_json, read_log
from conformance.reports.junit import as_junit
from conformance.reports.merge import merge, told

from .events import EVENTS, RUN, in_run
from .family import END, FAILED, FAMILY, PASSED, run
from .test_terminal import printed

OTHER = in_run(replace(RUN, id="00bb", device="cuda"), EVENTS)
ALONE = run("alone", PASSED, family="")


def ids(events):
    return [event.run.id for event in events if isinstance(event, RunStarted)]


def test_the_runs_of_all_logs_come_one_after_the_other():
    merged = merge([ALONE, FAMILY, OTHER])
    assert ids(merged) == ["id of alone", "id of first", "id of second", "00bb"]
    kept = [event for event in merged[:-1] if event.run.id != END.run.id]
    assert kept == [*ALONE, *FAMILY[:-1], *OTHER]


def test_a_run_that_stands_in_several_logs_is_told_once():
    assert ids(merge([ALONE, FAMILY, ALONE])) == ids(merge([ALONE, FAMILY]))


@pytest.mark.parametrize("order", [1, -1])
def test_of_a_run_the_longest_account_is_taken(order):
    logs = [EVENTS[:4], EVENTS][::order]
    merged = merge(logs)
    assert merged[:-1] == EVENTS and merged[-1].complete


@pytest.mark.parametrize(
    ("logs", "verdict"),
    [
        ([ALONE], Verdict.PASS),
        ([ALONE, FAMILY], Verdict.FAIL),
        ([ALONE, EVENTS], Verdict.FAIL),
        ([run("a", replace(PASSED, verdict=Verdict.PASS), family=""), ALONE], Verdict.PASS),
    ],
)
def test_the_end_weighs_the_verdicts_of_all_runs(logs, verdict):
    end = merge(logs)[-1]
    assert isinstance(end, AllFinished) and end.complete and end.verdict is verdict
    assert end.seconds == sum(e.seconds for log in logs for e in log if isinstance(e, RunFinished))


@pytest.mark.parametrize(
    "log",
    [
        EVENTS[:4],
        FAMILY[:-1],
        [*FAMILY[:-1], replace(END, complete=False)],
        [*ALONE[:-1], replace(ALONE[-1], complete=False)],
        [],
    ],
)
def test_what_was_broken_off_has_not_passed(log):
    end = merge([run("fine", PASSED, family=""), log] if log else [log])[-1]
    assert not end.complete and end.verdict in (Verdict.NOT_RUN, Verdict.FAIL)
    assert printed(told(merge([log]))).splitlines()[-1].startswith("broken off; ")


def test_operators_that_a_failure_kept_from_starting_are_named():
    stopped = replace(
        END, operators={**END.operators, "third": Verdict.NOT_RUN}, not_started=("third",)
    )
    end = merge([[*FAMILY[:-1], stopped], ALONE])[-1]
    assert list(end.operators) == ["first", "second", "alone", "third"]
    assert (end.operators["third"], end.complete) == (Verdict.NOT_RUN, True)


def test_runs_are_named_in_as_many_words_as_tell_them_apart():
    def names(*logs):
        return list(merge(logs)[-1].operators)

    subject = "gemma4_routing, my kernel.py:route"
    assert names(EVENTS) == ["gemma4_routing"]
    assert names(EVENTS, OTHER) == [f"{subject} on cpu", f"{subject} on cuda"]
    again = in_run(replace(RUN, id="00cc"), EVENTS)
    assert names(EVENTS, again) == [f"{subject} on cpu, run 00aa", f"{subject} on cpu, run 00cc"]


def test_merging_is_associative():
    once = merge([ALONE, FAMILY, OTHER])
    twice = merge([merge([ALONE, FAMILY]), OTHER])
    assert twice[:-1] == once[:-1]
    assert replace(twice[-1], run=RUN, time="") == replace(once[-1], run=RUN, time="")


def test_a_terminal_shows_every_run_and_one_end():
    lines = printed(told(merge([ALONE, FAMILY]))).splitlines()
    assert [line for line in lines if ": profile " in line] == [
        f"{name}: profile gate, seed 7" for name in ("alone", "first", "second")
    ]
    assert lines[-4:] == [
        "PASS        alone",
        "PASS        first",
        "FAIL        second",
        "not conformant: 3 runs in 3.0 s",
    ]
    assert printed(told(merge([ALONE]))).splitlines()[-1] == "conformant: 1 run in 1.0 s"


def test_a_merged_log_is_a_log(tmp_path):
    merged = merge([ALONE, FAMILY])
    path = tmp_path / "all.json"
    path.write_text(as_json(merged))
    assert read_log(path) == merged
    assert [suite.tests for suite in JUnitXml.fromstring(as_junit(merged))] == [1, 1, 2]
    assert FAILED.check == "ties"


def ends_of_families(merged):
    return [place for place, event in enumerate(merged[:-1]) if isinstance(event, AllFinished)]


def test_the_end_of_a_family_stands_once_behind_its_last_run():
    first, second = (
        [event for event in FAMILY[:-1] if event.run.id == f"id of {name}"]
        for name in ("first", "second")
    )
    for logs in ([FAMILY], [first, ALONE, [*second, END]], [[*first, END], ALONE, second]):
        merged = merge(logs)
        (place,) = ends_of_families(merged)
        assert merged[place] == END
        assert merged[place - 1] == second[-1]
        assert merged[-1].complete


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_ends_of_a_family_the_complete_one_counts(order):
    broken = [*FAMILY[:-1], replace(END, complete=False)]
    merged = merge([FAMILY, broken][::order])
    (place,) = ends_of_families(merged)
    assert merged[place] == END and merged[-1].complete


def test_a_run_whose_start_is_lost_has_its_verdict_and_a_name():
    lost = [event for event in EVENTS if not isinstance(event, RunStarted)]
    run_alone = in_run(replace(RUN, id="00dd", subject=None), EVENTS[3:])
    end = merge([lost, run_alone])[-1]
    assert list(end.operators) == [
        "gemma4_routing, my kernel.py:route",
        "gemma4_routing, its own",
    ]
    assert set(end.operators.values()) == {Verdict.FAIL}
    same = in_run(replace(RUN, id="00ee"), EVENTS)
    labels = list(merge([lost, in_run(replace(RUN, id="00ff"), same)])[-1].operators)
    assert [label.rpartition(", ")[2] for label in labels] == ["seed 0", "seed 7"]


def test_no_log_is_not_complete():
    end = merge([])[-1]
    assert end.complete is False and end.verdict is Verdict.NOT_RUN and end.operators == {}
