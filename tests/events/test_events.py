"""Events and requests survive the way to another process and back."""

import json
from dataclasses import replace

import pytest

from conformance.events.events import (
    AllFinished,
    CaseLooked,
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Compiling,
    Failure,
    Judged,
    LeftOut,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.finding import Finding, Kind, Weight
from conformance.events.identity import RunIdentity
from conformance.events.log import Log
from conformance.events.request import Limits, Profile, Request
from conformance.events.verdict import Verdict
from conformance.events.wire import failure_from_dict, failure_to_dict, from_dict, to_dict
from conformance.policy.profiles import profiles

FAILURE = Failure(
    "c@k@N=1,seed=0",
    (Finding("y", "off by “1” \udc80\x00", kind=Kind.VALUE, line="k.py:3"),),
    "known",
    14,
)
RUN = RunIdentity("0123456789abcdef", "routing", None, "cuda", "fedcba9876543210")
LEFT_OUT = {LeftOut.PROFILE: ("c@k@N=9,seed=0",), LeftOut.ENDED: ("c@k@N=2,seed=0",)}
EVENTS = [
    RunStarted("gate", 7, "a-host", {"torch": "2"}, run=RUN, time="2027-01-31T12:00:00.000+00:00"),
    Ready("routing", "triton", "cpu", {"values": "Right?"}, "here", run=RUN),
    Ready(
        "c",
        "r",
        "npu",
        {},
        "here",
        "emulated",
        ("D % 64 == 0", "x float32"),
        ("callers sort the slots",),
        ("vllm._C",),
        "CUDA 12.8",
        Judged("file k.py", "ab" * 32),
    ),
    CheckStarted("values", "Right?"),
    Compiling(97),
    Compiling(97, "c@k@N=1,seed=0 could not be rehearsed: RuntimeError: why"),
    CaseStarted("values", "c@k@N=1,seed=0", 3),
    CaseLooked("values", "c@k@N=1,seed=0", ("y is 3", "written y.pt")),
    CheckFinished("values", "Right?", Verdict.FAIL, 3, 0.25, "why", (FAILURE,), LEFT_OUT),
    CheckFinished("ties", "Right?", Verdict.UNSUPPORTED),
    CheckFinished("state", "Right?", Verdict.PASS, execution="device", asked=("c@k@N=1,seed=0",)),
    RunFinished(Verdict.FAIL, {"FAIL": 1}, 1.5, complete=False),
    AllFinished(Verdict.FAIL, {"a": Verdict.FAIL, "b": Verdict.PASS}, 2.5, complete=False),
    AllFinished(Verdict.FAIL, {"b": Verdict.NOT_RUN}, 2.5, not_started=("b",), run=RUN),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_json(event):
    back = from_dict(json.loads(json.dumps(to_dict(event))))
    assert back == event and type(back) is type(event)


def test_a_verdict_comes_back_as_a_verdict():
    def back(kind):
        event = next(event for event in EVENTS if isinstance(event, kind))
        return from_dict(json.loads(json.dumps(to_dict(event))))

    assert back(CheckFinished).verdict is Verdict.FAIL
    assert all(isinstance(verdict, Verdict) for verdict in back(AllFinished).operators.values())


def test_findings_come_back_typed():
    data = json.loads(
        json.dumps(to_dict(CheckFinished("a", "?", Verdict.FAIL, failures=(FAILURE,))))
    )
    (finding,) = from_dict(data).failures[0].findings
    assert (finding.kind, finding.weight, finding.line) == (Kind.VALUE, Weight.ERROR, "k.py:3")


def test_a_failure_of_an_earlier_version_has_one_case_and_one_of_a_later_version_is_read():
    data = failure_to_dict(FAILURE)
    del data["cases"]
    assert failure_from_dict({**data, "colour": "red"}) == replace(FAILURE, cases=1)


@pytest.mark.parametrize("remarks", [0, 1, 2])
def test_a_failure_is_about_its_finding_whatever_is_remarked_beside_it(remarks):
    finding = Finding("y", "is wrong", kind=Kind.VALUE)
    around = [Finding("waiver", "is over", kind=Kind.WAIVER), finding,
              Finding("case", "passes now", kind=Kind.NOT_REPEATABLE)]  # fmt: skip
    found = around[1:2] if remarks == 0 else around[remarks - 1 : remarks + 1]
    assert Failure("", tuple(found)).finding == finding
    assert Failure("", (around[2],)).finding == around[2]


def test_an_event_that_no_run_has_passed_on_names_none():
    assert not {"run", "time"} & set(to_dict(CheckStarted("values", "Right?")))


def test_an_unknown_event_is_refused():
    with pytest.raises(KeyError):
        from_dict({"event": "Nothing"})


def test_a_log_keeps_everything_but_single_cases_and_what_is_compiled():
    log = Log()
    for event in EVENTS:
        log(event)
    passing = CaseStarted | Compiling
    assert log.events == [event for event in EVENTS if not isinstance(event, passing)]


@pytest.mark.parametrize(
    "profile", [*profiles().values(), Profile("own", "", 1, 2, 3.0, ("ties",))]
)
def test_a_request_survives_json_on_one_line(profile):
    request = Request(
        "o", "s.py:f", "cuda", profile, 3, "/store", ("/w",), Limits(1.0, 2.0, 3.0, 4)
    )
    text = request.to_json()
    assert Request.from_json(text) == request and "\n" not in text
    bare = Request("o", None, "cpu", profile, 0)
    assert Request.from_json(bare.to_json()) == bare
