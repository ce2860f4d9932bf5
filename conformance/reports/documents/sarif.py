"""Runs as SARIF 2.1.0, for code scanning: a rule for each check, a result for each cause.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/ says what the fields mean.
"""

import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from conformance.checks.listing import find_listed
from conformance.events.events import Event
from conformance.reports.clusters import Cluster
from conformance.reports.documents.places import place_of
from conformance.reports.documents.told_run import ToldRun, told_runs
from conformance.reports.failure import Origin, replay_command
from conformance.reports.foreign import printable
from conformance.reports.text.cause import seen_text
from conformance.version import VERSION

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "conformanceCause/v1"


def as_sarif(events: Sequence[Event]) -> str:
    """One SARIF run that holds the causes of all runs: code scanning takes one of each tool."""
    runs = told_runs(events)
    causes = [(told, cluster) for told in runs for cluster in told.clusters]
    waived = [
        (told, check.check, failure)
        for told in runs
        for check in told.checks
        for failure in check.failures
        if failure.waiver
    ]
    ids = dict.fromkeys([c.check for _, c in causes] + [check for _, check, _ in waived])
    rules = [_rule(check, runs) for check in ids]
    index = {check: place for place, check in enumerate(ids)}
    seen: Counter[str] = Counter()
    results = [_result(told, cluster, index, seen) for told, cluster in causes]
    for told, check, failure in waived:
        cluster = Cluster(check, failure, {check: failure.cases}, "", ((check, failure),))
        result = _result(told, cluster, index, seen)
        told_by = [{"kind": "external", "justification": f"waiver {failure.waiver}"}]
        results.append({**result, "level": "note", "suppressions": told_by})
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "conformance",
                        "semanticVersion": VERSION,
                        "rules": rules,
                    }
                },
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the repository"}}},
                "columnKind": "unicodeCodePoints",
                "invocations": [_invocation(told) for told in runs],
                "results": results,
            }
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _rule(check: str, runs: Sequence[ToldRun]) -> dict[str, Any]:
    try:
        listed = find_listed(check)
        question, text = listed.question, listed.explanation
    except KeyError:  # a check of the user's own, an aspect of a release, loading
        asked = (e.question for told in runs for e in told.checks if e.check == check)
        question = text = next(asked, check)
    return {
        "id": check,
        "name": check,
        "shortDescription": {"text": question},
        "fullDescription": {"text": question},
        "help": {"text": text or question},
        "defaultConfiguration": {"level": "error"},
    }


def _result(
    told: ToldRun, cluster: Cluster, index: dict[str, int], seen: Counter[str]
) -> dict[str, Any]:
    lines = [f"{told.run.operator}: {cluster.message}", cluster.condition]
    lines.append(f"seen {seen_text(cluster)}")
    properties: dict[str, Any] = {
        "operator": told.run.operator,
        "subject": told.subject,
        "device": told.run.device,
        "checks": dict(cluster.checks),
    }
    if cluster.condition:
        properties["condition"] = cluster.condition
    if cluster.failure.case:
        properties["case"] = cluster.failure.case
        properties["replay"] = replay_command(cluster.failure.case, Origin.of(told.run))
        lines.append(properties["replay"])
    result: dict[str, Any] = {
        "ruleId": cluster.check,
        "ruleIndex": index[cluster.check],
        "level": "warning" if cluster.warning else "error",
        "message": {"text": printable("\n".join(filter(None, lines)))},
        "partialFingerprints": {FINGERPRINT: _fingerprint(told, cluster, seen)},
        "properties": properties,
    }
    if (place := place_of(cluster, told)) is not None:
        result["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.file), "uriBaseId": "SRCROOT"},
                    "region": {"startLine": place.line},
                }
            }
        ]
    return result


def _fingerprint(told: ToldRun, cluster: Cluster, seen: Counter[str]) -> str:
    """The same for the same fault in a later run: no number, line or case is part of it."""
    finding, run = cluster.finding, told.run
    words = [run.operator, run.subject or "", run.device, cluster.about, finding.kind]
    words.append("" if cluster.told else finding.cause)
    digest = sha256("\0".join(words).encode("utf-8", "backslashreplace")).hexdigest()[:32]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}:{seen[digest]}"


def _invocation(told: ToldRun) -> dict[str, Any]:
    found: dict[str, Any] = {
        "executionSuccessful": told.end.complete and not told.undecided,
        "properties": {
            "run": told.run.id,
            "operator": told.run.operator,
            "subject": told.subject,
            "mode": told.mode,
            "verdict": str(told.end.verdict),
            "sentence": told.sentence,
            "seconds": round(told.end.seconds, 3),
            "versions": dict(told.start.versions) if told.start else {},
            "seed": told.start.seed if told.start else None,
            "sha256": told.ready.judged.sha256 if told.ready else "",
        },
    }
    if told.start and told.start.time.endswith("+00:00"):
        found["startTimeUtc"] = told.start.time.replace("+00:00", "Z")
    if told.undecided:
        found["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": f"{event.check}: {event.reason}"}}
            for event in told.undecided
        ]
    return found


def _uri(path: str) -> str:
    return quote(path)
