"""Wrong calls that a subject accepts: one cause, however many there are."""

import re
from collections.abc import Sequence

from conformance.contract.dtypes import DTYPES
from conformance.events.events import CheckFinished, Failure
from conformance.events.finding import Kind
from conformance.reports.clusters.cluster import Cluster
from conformance.reports.clusters.features import features_of

_MOST = 12
"""Wrong calls that are named."""


def accepted(event: CheckFinished) -> Cluster | None:
    """The wrong calls that a check found accepted, as one cluster; None if there are none."""
    found = _accepted(event)
    if not found:
        return None
    names = [failure.finding.cause or failure.finding.about for failure in found]
    listed = ", ".join(names[:_MOST])
    if len(names) > _MOST:
        listed += f" and {len(names) - _MOST} more"
    return Cluster(
        event.check,
        found[0],
        {event.check: sum(failure.cases for failure in found)},
        f"accepted: {listed}",
        tuple((event.check, failure) for failure in found),
        f"{event.check}: {refusals_text(event)}",
    )


def refusals_text(event: CheckFinished) -> str:
    """``it refuses none of 7 wrong calls``, ``it refuses 3 of 7 wrong calls``."""
    further = re.match(r"(\d+) further findings are not shown", event.reason)
    count = len(_accepted(event)) + (int(further[1]) if further else 0)
    total = max(sum(_has_no_answer(line) for line in event.asked) or event.cases, count)
    return f"it refuses {total - count or 'none'} of {total} wrong calls"


def only_accepts(event: CheckFinished) -> bool:
    """Whether all that a check found are wrong calls that were accepted."""
    own = [failure for failure in event.failures if failure.waiver is None]
    return bool(own) and len(own) == len(_accepted(event))


def _has_no_answer(line: str) -> bool:
    """Whether a case is a call that must be refused: a tensor of another dtype may be answered."""
    features = features_of(line)
    call = features.words.get("call", "") if features else ""
    return call.rpartition("-")[2] not in DTYPES


def _accepted(event: CheckFinished) -> Sequence[Failure]:
    return [
        failure
        for failure in event.failures
        if failure.waiver is None and failure.finding.kind is Kind.ACCEPTED
    ]
