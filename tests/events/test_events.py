"""Events and requests survive the way to another process and back."""

import json

import pytest

from conformance.events.events import (
    AllFinished,
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Failure,
    Log,
    Ready,
    RunFinished,
    RunStarted,
    from_dict,
    to_dict,
)
from conformance.events.finding import Finding
from conformance.events.request import Limits, Profile, Request
from conformance.events.verdict import Verdict
from conformance.policy.profiles import profiles

FAILURE = Failure("c@k@N=1,seed=0", (Finding("y", "off by “1” \udc80\x00"),), "known")
EVENTS = [
    RunStarted("routing", None, "cpu", "gate", 7),
    Ready("routing", "triton", "cpu", {"values": "Right?"}, "here", {"torch": "2"}),
    Ready("c", "r", "npu", {}, "here", {}, "emulated", ("D % 64 == 0", "x float32")),
    CheckStarted("values", "Right?"),
    CaseStarted("values", "c@k@N=1,seed=0", 3),
    CheckFinished("values", "Right?", Verdict.FAIL, 3, 0.25, "why", (FAILURE,), 2),
    CheckFinished("ties", "Right?", Verdict.UNSUPPORTED),
    CheckFinished("state", "Right?", Verdict.PASS, execution="device"),
    RunFinished(Verdict.FAIL, {"FAIL": 1}, 1.5, complete=False),
    AllFinished(Verdict.FAIL, {"a": Verdict.FAIL, "b": Verdict.PASS}, 2.5, complete=False),
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


def test_an_unknown_event_is_refused():
    with pytest.raises(KeyError):
        from_dict({"event": "Nothing"})


def test_a_log_keeps_everything_but_the_single_cases():
    log = Log()
    for event in EVENTS:
        log(event)
    assert log.events == [event for event in EVENTS if not isinstance(event, CaseStarted)]


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
