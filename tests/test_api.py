"""The suite from Python."""

import json

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import CONTRACT, OPERATOR
from conformance_kernels.gemma4_routing.torch_route import route_torch

import conformance
from conformance.catalogue.operators import find_operator
from conformance.events.request import Profile
from conformance.events.verdict import Verdict
from conformance.runs.session import UsageError

SMALL = Profile("small", "", examples=4, largest=5000, shrink_seconds=1.0)


def doubled(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    return weights * 2, ids


def check(subject=route_torch, operator=OPERATOR, **more):
    return conformance.check(
        operator, subject, **{"profile": SMALL, "checks": ["values"], "seed": 1, **more}
    )


def test_a_right_callable_is_conformant():
    report = check()
    assert report.conformant and report.verdict is Verdict.PASS and report.seed == 1
    assert report["values"].verdict is Verdict.PASS
    assert report.ready is not None and report.ready.subject.endswith("torch_route:route_torch")


def test_a_wrong_callable_is_not_and_the_report_says_why():
    report = check(doubled)
    assert not report.conformant
    (failure,) = report["values"].failures
    assert failure.case.startswith("gemma4_routing@values@T=1,E=1,K=1,")
    assert failure.findings[0].about == "weights"


def test_every_distinct_finding_is_told_with_the_number_of_its_cases():
    def wrong(gating, topk, scale):
        weights, ids = doubled(gating, topk, scale)
        return weights, ids.long() if len(gating) >= 2 else ids

    values = check(wrong, checks="values", profile="quick")["values"]
    found = {failure.finding.about: failure for failure in values.failures}
    assert set(found) == {"weights", "ids"} and len(values.failures) == 2
    assert "@T=2," in found["ids"].case and "@T=1,E=1,K=1," in found["weights"].case
    assert values.cases > found["weights"].cases >= found["ids"].cases > 1


WAIVER = """
[[waiver]]
id = "known"
issue = "https://example.org/1"
owner = "us"
reason = "known"
contract = "*"
subject = "*"
check = "arguments"
case = "call == 'topk=0'"
about = "topk"
kind = "accepted"
expires = 2999-01-01
"""


def test_a_waived_finding_hides_no_other(tmp_path):
    (tmp_path / "waivers.toml").write_text(WAIVER)

    def accepts(gating, topk, scale):
        none = torch.empty(len(gating), 0)
        return route_torch(gating, topk, scale) if topk > 0 else (none, none.int())

    report = check(accepts, checks="arguments", waivers=tmp_path / "waivers.toml")
    told = {failure.finding.cause: failure.waiver for failure in report["arguments"].failures}
    assert told == {"topk=0": "known", "topk=-1": None}
    assert report.verdict is Verdict.FAIL


def test_a_finding_is_kept_once_whatever_the_seed(tmp_path):
    for seed in (1, 2, 3):
        check(doubled, store=tmp_path, seed=seed)
    assert len(json.loads((tmp_path / "gemma4_routing.json").read_text())) == 1
    check(route_torch, store=tmp_path)
    assert len(json.loads((tmp_path / "gemma4_routing.json").read_text())) == 1


def test_a_kept_case_that_passes_again_is_dropped(tmp_path):
    faulty = [True]

    def repaired(*call):
        return doubled(*call) if faulty else route_torch(*call)

    check(repaired, store=tmp_path)
    assert json.loads((tmp_path / "gemma4_routing.json").read_text())
    faulty.clear()
    assert check(repaired, store=tmp_path).conformant
    assert json.loads((tmp_path / "gemma4_routing.json").read_text()) == []


def test_a_check_that_did_not_run_is_asked_for_in_vain():
    with pytest.raises(KeyError, match="ties did not run; these did"):
        check()["ties"]


@pytest.mark.parametrize("operator", [CONTRACT, OPERATOR, "gemma4_routing"])
def test_operators_are_given_as_objects_or_by_name(operator):
    assert check(operator=operator).conformant


def test_a_contract_without_a_subject_needs_one():
    with pytest.raises(UsageError, match="has no subject of its own"):
        check(None, operator=CONTRACT)


def test_an_operator_object_brings_its_own_subjects():
    assert check(None).ready.subject == "triton"
    assert check("torch").ready.subject == "torch"


def test_the_same_seed_asks_the_same_cases():
    def cases(seed):
        lines = []
        check(listeners=[lambda event: lines.append(getattr(event, "case", None))], seed=seed)
        return lines

    assert cases(1) == cases(1) != cases(2)


def test_a_new_seed_is_taken_and_reported_if_none_is_given():
    assert check(seed=None).seed != check(seed=None).seed


def test_failing_cases_are_kept_and_asked_first(tmp_path):
    line = check(doubled, store=tmp_path)["values"].failures[0].case
    lines = []
    check(store=tmp_path, listeners=[lambda event: lines.append(getattr(event, "case", None))])
    assert next(each for each in lines if each) == line


@pytest.mark.parametrize(
    ("wrong", "error", "complaint"),
    [
        ({"profile": "fast"}, ValueError, "no profile 'fast'"),
        ({"checks": ["vlaues"]}, UsageError, "no check vlaues; known: values"),
        ({"subject": "nothing.py:route"}, UsageError, r"no file nothing\.py"),
        ({"waivers": "no.toml"}, UsageError, r"no\.toml: No such file"),
        ({"subject": ""}, UsageError, "no subject '' of gemma4_routing"),
        ({"seed": 1 << 63}, ValueError, "a seed has at most 63 bits"),
        ({"operator": 3}, UsageError, "3 is no operator: give a name, a Contract or an Operator"),
        ({"operator": "no_such"}, UsageError, "no operator 'no_such'"),
    ],
)
def test_what_does_not_exist_is_refused(wrong, error, complaint):
    with pytest.raises(error, match=complaint):
        check(**wrong)


def test_a_single_check_and_a_folder_are_given_as_texts(tmp_path):
    report = check(doubled, checks="values", store=str(tmp_path / "kept"))
    assert report["values"].verdict is Verdict.FAIL
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["gemma4_routing.json"]


def test_a_listener_that_raises_is_heard_of_and_silences_no_other():
    heard = []
    with pytest.raises(ZeroDivisionError):
        check(listeners=[lambda event: 1 / 0, heard.append])
    assert heard[-1].complete and heard[-1].verdict is Verdict.PASS


def test_a_profile_is_given_by_name_or_as_an_object():
    assert check(profile="quick").events[0].profile == "quick"
    assert check().events[0].profile == "small"


def test_a_subject_given_as_text_runs_in_a_process_of_its_own(tmp_path):
    path = tmp_path / "subject.py"
    path.write_text("import os\ndef route(gating, topk, scale): os._exit(7)")
    report = check(f"{path}:route", operator="gemma4_routing")
    assert report["values"].reason == "ended the process with exit code 7"


def test_a_failing_case_replays_from_python():
    failure = check(doubled)["values"].failures[0]
    again = conformance.replay(failure.case, OPERATOR, doubled)
    assert again.verdict is Verdict.FAIL
    assert again.failures[0].findings[0].about == "weights"


def test_a_case_passes_where_nothing_is_wrong():
    failure = check(doubled)["values"].failures[0]
    assert conformance.replay(failure.case, "gemma4_routing").verdict is Verdict.PASS


def test_a_case_of_another_contract_than_the_operator_s_is_refused():
    failure = check(doubled)["values"].failures[0]
    with pytest.raises(
        UsageError, match="the case is one of gemma4_routing, and operator rms_norm"
    ):
        conformance.replay(failure.case, find_operator("rms_norm"), doubled)


def kept_in(folder):
    entries = json.loads((folder / "gemma4_routing.json").read_text())
    return {(entry["subject"].rpartition(":")[2], entry["case"]) for entry in entries}


def test_a_kept_case_of_another_subject_is_asked_and_stays_the_other_s(tmp_path):
    case = check(doubled, store=tmp_path)["values"].failures[0].case
    assert kept_in(tmp_path) == {("doubled", case)}
    right = check(route_torch, store=tmp_path, seed=2)
    assert right.verdict is Verdict.PASS and case in right["values"].asked
    assert kept_in(tmp_path) == {("doubled", case)}


def halved(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    return weights / 2, ids


def test_a_kept_case_in_which_another_subject_fails_too_is_kept_for_both(tmp_path):
    case = check(doubled, store=tmp_path)["values"].failures[0].case
    check(halved, store=tmp_path)
    assert {subject for subject, _ in kept_in(tmp_path)} == {"doubled", "halved"}
    assert ("doubled", case) in kept_in(tmp_path)


def test_a_finding_that_comes_again_with_another_seed_is_kept_once(tmp_path):
    for seed in (1, 2, 3):
        check(doubled, store=tmp_path, seed=seed)
    assert len(kept_in(tmp_path)) == 1


def test_a_store_that_cannot_be_read_is_told_in_the_report(tmp_path):
    (tmp_path / "gemma4_routing.json").write_text("{")
    report = check(store=tmp_path)
    assert report.verdict is Verdict.PASS
    (trouble,) = report.troubles
    assert f"{tmp_path}/gemma4_routing.json: they are no JSON" in trouble
