"""Waivers for some cases that no case needs any more: only a whole run can tell."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from conformance.events.events import CheckFinished, Ready
from conformance.events.finding import Kind
from conformance.events.verdict import Verdict
from conformance.policy.waivers import Waiver, WaiverError, load_waivers
from conformance.runs.plan import Checks, Plan

_TOLD = (Verdict.PASS, Verdict.FAIL, Verdict.WAIVED)
"""Verdicts of checks that told what came of the cases that were asked."""


def stale_waivers(
    plan: Plan, ready: Ready | None, finished: Sequence[CheckFinished]
) -> tuple[str, ...]:
    """A line for each waiver with ``some`` that covers nothing of what was asked.

    A check alone cannot say it: what a waiver speaks of may show in another check with this seed.
    Nothing is said where a check that the waiver speaks of left cases out.
    """
    if ready is None or not isinstance(plan.asks, Checks):
        return ()
    request = plan.request
    waivers: list[Waiver] = []
    with suppress(WaiverError):  # told before the run began
        waivers = load_waivers(map(Path, request.waivers), request.shipped_waivers)
    used = {failure.waiver for event in finished for failure in event.failures}
    used |= {
        finding.cause
        for event in finished
        for failure in event.failures
        for finding in failure.findings
        if finding.kind is Kind.WAIVER
    }
    lines = []
    for waiver in waivers:
        if not waiver.some or waiver.id in used:
            continue
        meant = [
            event
            for event in finished
            if waiver.concerns(ready.contract, ready.subject, event.check, request.device)
        ]
        told = [event for event in meant if event.verdict in _TOLD and not event.left_out]
        if meant and len(told) == len(meant):
            lines.append(f"waiver {waiver.id}: no case shows what it covers any more: remove it")
    return tuple(lines)
