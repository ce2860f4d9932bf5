"""A run as listeners hear it: a failure, a waived case, a question that makes no sense."""

from conformance.events.events import (
    CaseStarted,
    CheckFinished,
    CheckStarted,
    Failure,
    Ready,
    RunFinished,
    RunStarted,
)
from conformance.events.finding import Finding
from conformance.events.verdict import Verdict

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

START = RunStarted("gemma4_routing", "my kernel.py:route", "cpu", "gate", 7)
READY = Ready("gemma4_routing", "my kernel.py:route", "cpu, emulated", CHECKS, "k.py:3", VERSIONS)
FAILED = CheckFinished("values", "Right?", Verdict.FAIL, 12, 1.25, "", (FAILURE,), 4)
EVENTS = [
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
]
