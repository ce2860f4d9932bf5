"""A run as listeners hear it: a failure, a waived case, a question that makes no sense."""

from dataclasses import replace

from conformance.events.events import (
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Failure,
    Judged,
    LeftOut,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.finding import Finding
from conformance.events.identity import RunIdentity
from conformance.events.verdict import Verdict


def in_run(run, events):
    """The events as a run passes them on."""
    return [replace(event, run=run) for event in events]


LINE = (
    "gemma4_routing@values@T=3,E=8,K=2,gating=bfloat16/normal/dense,"
    "per_expert_scale=float32/signed/sliced,call:topk=0,seed=7"
)
FAILURE = Failure(
    LINE,
    (
        Finding(
            "weights",
            "off by 1.2e-05, allowed 2e-06 (1 of 6 elements)",
            got="0.2500125",
            wanted="0.25",
            where="element [2, 1]",
        ),
        Finding("call", "slow", got="first line\nsecond line"),
    ),
)
WAIVED = Failure(LINE.replace("values", "ties"), (Finding("ids", "odd"),), "known-1")
CHECKS = {"values": "Right?", "ties": "Ties?", "special": "Special?"}
VERSIONS = {"torch": "2.13", "triton": "3.9", "python": "3.11"}

RUN = RunIdentity("00aa", "gemma4_routing", "my kernel.py:route", "cpu")
START = RunStarted("gate", 7, "a-host", VERSIONS, run=RUN, time="2027-01-31T12:00:00.000+00:00")
READY = Ready(
    "gemma4_routing", "my kernel.py:route", "cpu, emulated", CHECKS, "k.py:3",
    judged=Judged("file k.py", "ab" * 32), run=RUN,
)  # fmt: skip
LARGER = {LeftOut.PROFILE: (LINE, LINE, LINE, LINE)}
FAILED = CheckFinished("values", "Right?", Verdict.FAIL, 12, 1.25, "", (FAILURE,), LARGER)
EVENTS = in_run(RUN, [
    START,
    CheckStarted("load", "Loads?"),
    READY,
    CheckFinished("load", "Loads?", Verdict.PASS, 0, 0.5),
    CheckStarted("values", "Right?"),
    CaseStarted("values", LINE, 1),
    FAILED,
    CheckStarted("ties", "Ties?"),
    CheckFinished("ties", "Ties?", Verdict.WAIVED, 3, 0.01, "", (WAIVED,)),
    CheckStarted("special", "Special?"),
    CheckFinished("special", "Special?", Verdict.UNSUPPORTED, reason="no special values"),
    RunFinished(Verdict.FAIL, {"FAIL": 1, "WAIVED": 1, "UNSUPPORTED": 1}, 2.0),
])  # fmt: skip
