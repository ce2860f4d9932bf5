"""Is a captured call right for whatever its arguments hold when it is replayed?

An engine captures its steps into graphs of the device once, and replays them with new contents in
the same memory. The call is captured after a few that warm it up; then all arguments get the
contents of another case of the same sizes, in place, and the graph is replayed, twice. Each answer
must be right for the new contents, states included. What the host worked out in the capture (a
length, a maximum, a number that was read with `.item()`, a copy that was kept) stays in a graph as
it was; what a kernel leaves in its scratch is there in the next replay. A call that waits for the
device or takes memory from the driver cannot be captured at all, and engines then run it slowly
or not at all.
"""

from dataclasses import replace

from conformance.case import Case
from conformance.checks.check import Check
from conformance.checks.device.asking import fill_anew, labelled, need
from conformance.contract import Contract
from conformance.events.finding import Finding, Kind, distinct
from conformance.execution.bench import Bench
from conformance.execution.launches import during
from conformance.execution.ways.names import Way
from conformance.inputs.draw import cases
from conformance.inputs.usual import usual_case

REPLAYS = 2
REFUSED = "CaptureRefused"
"""The exception that says so; see :mod:`conformance.execution.ways.graph_replay`."""


def _always(contract: Contract):
    yield usual_case(contract, "replays")


def _drawn(contract: Contract):
    return cases(contract, "replays")


def _decide(bench: Bench, case: Case) -> list[Finding]:
    need(bench, "torch captures no graphs of this device", Way.CAPTURED, Way.REPLAYED)
    built = bench.build(case)
    with during(bench.device, bench.contract, case):
        captured = bench.call(case, built, way=Way.CAPTURED)
    if raised := captured.outcome.raised:
        if raised.type != REFUSED:
            return captured.findings()
        message = "the call cannot be captured into a graph"
        return [
            Finding("graph", message, raised.message, "no waiting for the device, no new memory",
                    where=raised.place, kind=Kind.RAISED, line=raised.place, cause="capture")
        ]  # fmt: skip
    findings: list[Finding] = []
    for number in range(1, REPLAYS + 1):
        other = replace(case, seed=case.seed + number)
        fill_anew(bench, other, built)
        found = bench.call(other, built, way=Way.REPLAYED).findings()
        findings += labelled(found, f"in replay {number} of a captured call, with new contents")
    return distinct(findings)


CHECK = Check(
    "replays",
    "Is a captured call right for whatever its arguments hold when it is replayed?",
    _decide,
    always=_always,
    drawn=_drawn,
    effort=0.2,
)
