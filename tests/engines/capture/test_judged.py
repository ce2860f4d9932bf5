"""Any subject is judged on what an engine really passed."""

import re
import shlex
import subprocess
import sys

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import OPERATOR as ROUTING
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.rbln_attention.contract import OPERATORS

import conformance
from conformance.capture.folder import captured_calls
from conformance.capture.recorder import Recorder
from conformance.events.verdict import Verdict

from .calls import DECODE, arguments, routing

WRONG_FOR_ONE_NUMBER = """
import torch
from conformance_kernels.gemma4_routing.torch_route import route_torch

FROM_A_MODEL = torch.tensor(0.1234567).double()

def route(gating, topk, scale):
    weights, ids = route_torch(gating, topk, scale)
    return weights + (gating.double() == FROM_A_MODEL).any(), ids
"""


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "conformance", *map(str, words)], capture_output=True, text=True
    )


def with_the_number():
    """A call with a number in it that no drawn case has."""
    call = routing(seed=3)
    call["gating"][1, 2] = 0.1234567
    return call


@pytest.fixture
def folder(tmp_path):
    """Three calls of a router, the last one with a number that no drawn case has."""
    recorder = Recorder(tmp_path / "captured")
    for layer, call in enumerate((routing(), routing(tokens=9, seed=1), with_the_number())):
        assert recorder.record("gemma4_routing", call, "prefill", layer)
    return tmp_path / "captured"


@pytest.mark.parametrize("subject", ["triton", "torch"])
def test_a_right_subject_passes_on_all_calls_and_only_they_are_asked(folder, subject):
    report = conformance.check("gemma4_routing", subject, cases=folder)
    assert [event.check for event in report.checks] == ["load", "captured"]
    assert (report["captured"].verdict, report["captured"].cases) == (Verdict.PASS, 3)


def test_a_plain_run_does_not_ask_it():
    report = conformance.check(ROUTING, route_torch, checks="values", profile="quick")
    assert "captured" not in report.ready.checks


def test_a_fault_that_only_a_captured_call_shows_is_found_and_replayed(folder, tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG_FOR_ONE_NUMBER)
    subject = f"{tmp_path / 'wrong.py'}:route"
    drawn = run("check", "gemma4_routing", "--subject", subject, "--no-store", "--seed", "1",
                "--profile", "quick", "--check", "values", "--check", "special")  # fmt: skip
    assert drawn.returncode == 0, drawn.stdout
    done = run("check", "gemma4_routing", "--subject", subject, "--cases", folder, "--no-store")
    assert done.returncode == 1
    assert "weights: off by" in done.stdout
    (replay,) = re.findall(r"replay  conformance (.*)", done.stdout)
    assert f"--cases {folder}" in replay and ",captured:" in replay
    again = run(*shlex.split(replay))
    assert again.returncode == 1 and "weights: off by" in again.stdout
    without = run(*shlex.split(replay.replace(f"--cases {folder}", "")))
    assert without.returncode == 2, without.stdout


def test_a_state_is_judged_from_where_the_call_found_it(tmp_path):
    call = arguments(DECODE, seed=5)
    Recorder(tmp_path).record(DECODE.name, call, "decode", 0)
    before = call["kv_cache"].clone()
    call["kv_cache"].fill_(float("nan"))  # as the engine's own implementation writes now
    report = conformance.check(DECODE.name, "torch", cases=tmp_path)
    assert report["captured"].verdict is Verdict.PASS, report["captured"]
    assert not torch.equal(before, call["kv_cache"])


def test_a_subject_that_leaves_a_state_as_it_was_fails_on_a_captured_call(tmp_path):
    call = arguments(DECODE, seed=5)
    Recorder(tmp_path).record(DECODE.name, call, "decode", 0)

    def idle(query, key, value, kv_cache, *rest):
        return torch.zeros_like(query)

    report = conformance.check(OPERATORS[DECODE.name], idle, cases=tmp_path)
    assert report["captured"].verdict is Verdict.FAIL
    assert "kv_cache" in {failure.finding.about for failure in report["captured"].failures}


def test_layouts_of_captured_tensors_are_passed_on(tmp_path):
    call = routing(tokens=6)
    call["gating"] = call["gating"].t().contiguous().t()
    Recorder(tmp_path).record("gemma4_routing", call)
    seen = []

    def route(gating, topk, scale):
        seen.append(gating.stride())
        return route_torch(gating, topk, scale)

    report = conformance.check(ROUTING, route, cases=tmp_path)
    assert report["captured"].verdict is Verdict.PASS
    assert seen == [(1, 6)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"gating": torch.ones(4, 8, dtype=torch.float64)}, "gating is float64; known: float32"),
        ({"gating": torch.ones(4, 9)}, r"per_expert_scale is (8,), not (9,)"),
        ({"gating": None}, "gating is not given"),
        ({"gating": 3}, "gating is 3, no tensor"),
        ({"topk": 9}, "its sizes break K <= E"),
        ({"topk": 2.0}, "topk is 2.0, no int"),
        ({"topk": torch.tensor(2)}, "no int"),
        ({"mask": torch.ones(2)}, "the contract has no argument mask"),
    ],
)
def test_a_call_that_the_contract_does_not_cover_decides_nothing(folder, changes, told):
    Recorder(folder).record("gemma4_routing", {**routing(), **changes})
    report = conformance.check(ROUTING, route_torch, cases=folder)
    event = report["captured"]
    assert (report.verdict, event.cases) == (Verdict.UNSUPPORTED, 3)
    assert "1 of 4 captured calls do not fit the contract: gemma4_routing-" in event.reason
    assert told in event.reason


def test_a_call_without_an_argument_decides_nothing(tmp_path):
    call = routing()
    del call["per_expert_scale"]
    Recorder(tmp_path).record("gemma4_routing", call)
    report = conformance.check(ROUTING, route_torch, cases=tmp_path)
    assert report.verdict is Verdict.UNSUPPORTED
    assert "per_expert_scale is not given" in report["captured"].reason


def test_a_wrong_answer_outweighs_a_call_that_does_not_fit(folder):
    Recorder(folder).record("gemma4_routing", {**routing(), "topk": 9})

    def doubled(gating, topk, scale):
        weights, ids = route_torch(gating, topk, scale)
        return weights * 2, ids

    assert conformance.check(ROUTING, doubled, cases=folder).verdict is Verdict.FAIL


def test_a_folder_of_other_operators_decides_nothing_and_names_them(folder):
    report = conformance.check("rms_norm", cases=folder)
    assert report.verdict is Verdict.UNSUPPORTED
    assert f"{folder} holds no call of rms_norm, but of gemma4_routing" in report["captured"].reason


def test_a_case_that_is_not_the_captured_call_is_not_run(folder):
    def line(**changes):
        words = {"T": "4", "gating": "float32/captured/dense", **changes}
        digest = next(captured_calls(folder).of("gemma4_routing")).digest
        return (
            f"gemma4_routing@{words.pop('check', 'captured')}@T={words['T']},E=8,K=2,"
            f"gating={words['gating']},per_expert_scale=float32/captured/dense,"
            f"captured:{words.get('digest', digest)},seed=0"
        )

    def verdict(text):
        event = conformance.replay(text, ROUTING, route_torch, cases=folder)
        return event.verdict, event.reason

    assert verdict(line()) == (Verdict.PASS, "")
    assert "not the one of the captured call" in verdict(line(T="5"))[1]
    assert "not the one of the captured call" in verdict(line(gating="float16/normal/dense"))[1]
    assert "has no captured call 00" in verdict(line(digest="0" * 16))[1]
    assert "no case of the check values" in verdict(line(check="values"))[1]
    assert verdict(line(T="5"))[0] is Verdict.NOT_RUN
