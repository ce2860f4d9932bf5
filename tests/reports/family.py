"""Two runs as listeners hear them, told as one."""

from dataclasses import replace

from conformance.events.events import AllFinished, CheckFinished, Failure, RunFinished
from conformance.events.finding import Finding
from conformance.events.identity import RunIdentity
from conformance.events.verdict import Verdict

from .events import LINE, READY, RUN, START, in_run

FAILURE = Failure(LINE.replace("gemma4_routing@values", "second@ties"), (Finding("ids", "odd"),))


def run(operator, *checks, execution="", family="ff"):
    """The events of a run of an operator in which these checks finished."""
    verdict = Verdict.FAIL if any(c.failures for c in checks) else Verdict.PASS
    identity = replace(RUN, id=f"id of {operator}", operator=operator, family=family)
    return in_run(
        identity,
        [
            START,
            replace(READY, contract=operator, execution=execution),
            *checks,
            RunFinished(verdict, {str(check.verdict): 1 for check in checks}, 1.0),
        ],
    )


PASSED = CheckFinished("values", "Right?", Verdict.PASS, 3, 0.5, execution="emulated")
FAILED = CheckFinished("ties", "Ties?", Verdict.FAIL, 2, 0.5, "", (FAILURE,), execution="emulated")
ALL = RunIdentity("ff", "both", None, "cpu", "ff")
END = AllFinished(Verdict.FAIL, {"first": Verdict.PASS, "second": Verdict.FAIL}, 2.0, run=ALL)
FAMILY = [*run("first", PASSED), *run("second", PASSED, FAILED), END]
