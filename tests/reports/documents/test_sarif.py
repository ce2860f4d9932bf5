"""SARIF for code scanning: valid, a rule a check, a result a cause, the same one in a later run."""

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from conformance.events.events import CheckFinished, Failure
from conformance.events.verdict import Verdict
from conformance.reports.documents.sarif import FINGERPRINT, as_sarif
from conformance.reports.merge import merge

from ..clusters.planted import IDS, asked
from ..clusters.test_causes import tail
from .runs import FAILING, PASSING, RUN, hostile, run_of
from .sarif_schema import SCHEMA


def document(events):
    found = json.loads(as_sarif(events))
    Draft202012Validator(SCHEMA).validate(found)
    (run,) = found["runs"]
    return run


OTHER = [replace(event, run=replace(RUN, id="00bb", subject="b.py:f")) for event in FAILING]


@pytest.mark.parametrize(
    "events", [PASSING, FAILING, hostile(), merge([FAILING, OTHER]), FAILING[:3]]
)
def test_it_is_valid(events):
    document(events)


def test_a_result_is_a_cause_and_its_rule_the_check_that_shows_it():
    run = document(FAILING)
    rules = run["tool"]["driver"]["rules"]
    assert [r["ruleId"] for r in run["results"]] == ["values", "values", "arguments"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [
        "values",
        "values",
        "arguments",
    ]
    assert [r["level"] for r in run["results"]] == ["error", "error", "warning"]
    values = next(rule for rule in rules if rule["id"] == "values")
    assert values["shortDescription"]["text"] == "Are the outputs right?"
    assert "oracle" in values["help"]["text"]
    first = run["results"][0]
    assert first["message"]["text"].startswith(
        "gemma4_routing: ids: ids outside the range\nwhenever"
    )
    assert first["properties"]["checks"] == {"values": 144, "sizes": 144}
    assert first["properties"]["replay"].startswith(
        "conformance replay gemma4_routing route@values@"
    )


def test_fingerprints_are_those_of_the_fault_and_not_of_the_run():
    def fingerprints(events):
        return [r["partialFingerprints"][FINGERPRINT] for r in document(events)["results"]]

    first = fingerprints(FAILING)
    assert len(set(first)) == 3
    later = [replace(event, run=replace(RUN, id="00cc"), time="") for event in FAILING]
    fewer = [replace(e, seconds=9.0) if isinstance(e, CheckFinished) else e for e in later]
    assert fingerprints(fewer) == first
    # Another subject has faults of its own.
    assert not set(fingerprints(OTHER)) & set(first)


def test_what_a_waiver_covers_is_suppressed():
    failure = Failure("route@values@T=1,seed=0", (IDS,), "known-1", 2)
    event = CheckFinished("values", "?", Verdict.WAIVED, 2, failures=(failure,))
    (result,) = document(run_of([event], Verdict.WAIVED))["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "waiver known-1"}]
    assert result["level"] == "note"


def test_what_could_not_be_decided_is_no_success():
    error = CheckFinished("values", "?", Verdict.ERROR, reason="KeyError: 'x'")
    (told,) = document(run_of([error], Verdict.ERROR))["invocations"]
    assert told["executionSuccessful"] is False
    assert told["toolExecutionNotifications"][0]["message"]["text"] == "values: KeyError: 'x'"
    (fine,) = document(PASSING)["invocations"]
    assert fine["executionSuccessful"] is True and fine["startTimeUtc"].endswith("Z")


def test_a_file_of_the_repository_is_a_location(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (tmp_path / "a b.py").write_text("")
    events = run_of([asked("values", {IDS: tail})], Verdict.FAIL, origin="a b.py:7")
    (result,) = document(events)["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "a%20b.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 7},
    }
