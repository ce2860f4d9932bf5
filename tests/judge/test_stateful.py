"""A call is judged by its outputs, by the state that it leaves behind, or by both."""

from dataclasses import replace

import pytest
import torch

from conformance.contract import Answer, Output
from conformance.judge.budget import judge_floats
from conformance.judge.judge import JudgeScope, judge

from ..stateful.toy import BUDGETS, CONTRACT, append, bench, case

CASE = case("values", B=2).with_tensor("held", values="full")


def judged(change=lambda total, pool: total, asked=JudgeScope.ALL, asking=CASE, contract=CONTRACT):
    """Findings about a call whose answer and state were changed afterwards."""
    ground = bench(contract=contract)
    built = ground.build(asking)
    originals = tuple(value.clone() for value in built.arguments)
    total, pool = append(*built.arguments), built.buffers["pool"].tensor
    result = change(total, pool)
    return judge(contract, asking.axes, originals, result, "cpu", {"pool": pool}, asked)


def wrong_total(total, pool):
    return total + 1


def wrong_pool(total, pool):
    pool[1, 0, 0, 0] += 1
    return total


def wrong_both(total, pool):
    wrong_pool(total, pool)
    return total + 1


@pytest.mark.parametrize(
    ("change", "asked", "about"),
    [
        (wrong_both, JudgeScope.ALL, ["total", "pool"]),
        (wrong_both, JudgeScope.OUTPUTS, ["total"]),
        (wrong_both, JudgeScope.STATES, ["pool"]),
        (wrong_pool, JudgeScope.OUTPUTS, []),
        (wrong_total, JudgeScope.STATES, []),
        (wrong_pool, JudgeScope.ALL, ["pool"]),
    ],
)
def test_outputs_and_states_are_judged_apart_or_together(change, asked, about):
    assert [finding.about for finding in judged(change, asked)] == about


@pytest.mark.parametrize("asked", JudgeScope)
def test_the_form_of_outputs_is_always_judged(asked):
    (finding,) = judged(lambda total, pool: total.double(), asked)
    assert (finding.message, finding.got) == ("has the wrong dtype", "float64")
    assert (finding.wanted, judged(asked=asked)) == ("float32", [])


def test_an_output_owes_the_dtype_of_the_argument_that_it_names():
    narrow = CASE.with_tensor("query", dtype="float16").with_tensor("new", dtype="float16")
    assert judged(asking=narrow) == []
    (finding,) = judged(lambda total, pool: total.float(), asking=narrow)
    assert (finding.got, finding.wanted) == ("float32", "float16")


def test_each_dtype_has_its_own_budget():
    narrow = CASE.with_tensor("query", dtype="float16").with_tensor("new", dtype="float16")
    ulps = 2.0**-14

    def off(total, pool):
        return total * (1 + ulps) if total.dtype is torch.float32 else total

    (finding,) = judged(off)
    assert finding.message.startswith("off by")
    budgets = {**BUDGETS, "float16": replace(BUDGETS["float16"], relative=0.0, absolute=0.0)}
    strict = replace(CONTRACT, outputs=(replace(CONTRACT.outputs[0], budget=budgets),))
    assert judged(contract=strict) == []
    assert judged(asking=narrow, contract=strict) == []  # rounded once from the oracle
    (finding,) = judged(lambda total, pool: total * 1.01, asking=narrow, contract=strict)
    assert "allowed 0 " in finding.message


def test_magnitudes_of_the_answer_scale_the_absolute_part():
    def grown(factor):
        def reference(*arguments):
            answer = CONTRACT.reference(*arguments)
            sizes = {name: size * factor for name, size in answer.magnitudes.items()}
            return Answer(answer.outputs, sizes, answer.open)

        return replace(CONTRACT, reference=reference)

    def off(total, pool):
        return total + 2.0**-12

    assert judged(off) != []
    assert judged(off, contract=grown(2.0**20)) == []


def test_what_the_answer_leaves_open_is_not_judged():
    padded = case("values", B=2).with_options(padding="one-row")

    def garbage(total, pool):
        total[1], pool[0] = float("nan"), float("inf")
        return total

    def stray(total, pool):
        pool[2] = 1.0
        return garbage(total, pool)

    assert judged(garbage, asking=padded) == []
    assert [finding.about for finding in judged(stray, asking=padded)] == ["pool"]
    assert [finding.about for finding in judged(garbage)] == ["total"]


def test_a_reference_without_more_to_say_returns_outputs_and_states():
    def bare(*arguments):
        return CONTRACT.reference(*arguments).outputs

    contract = replace(CONTRACT, reference=bare)
    assert judged(contract=contract) == []
    assert [f.about for f in judged(wrong_both, contract=contract)] == ["total", "pool"]


def test_a_reference_sees_states_as_they_are_and_floats_in_double_precision():
    seen = {}

    def reference(*arguments):
        seen.update(zip((a.name for a in CONTRACT.arguments), arguments, strict=True))
        return CONTRACT.reference(*arguments)

    asking = CASE.with_tensor("pool", dtype="float16")
    assert judged(asking=asking, contract=replace(CONTRACT, reference=reference)) == []
    dtypes = {name: str(tensor.dtype).removeprefix("torch.") for name, tensor in seen.items()}
    assert dtypes == {
        "query": "float64", "new": "float64", "pool": "float16", "held": "int32",
        "ends": "int32", "table": "int32", "scale": "float64", "dummy": "float64",
    }  # fmt: skip


def test_denormal_results_may_be_off_by_their_distance():
    oracle = torch.tensor([0.6 * 2.0**-24], dtype=torch.float64)
    flushed = torch.zeros(1, dtype=torch.float16)
    strict = BUDGETS["float16"]
    strict = replace(strict, relative=2.0**-11, absolute=0.0)
    assert judge_floats("y", flushed, oracle, strict) is not None
    assert judge_floats("y", flushed, oracle, replace(strict, smallest=2.0**-24)) is None
    far = replace(strict, smallest=2.0**-26)
    assert judge_floats("y", flushed, oracle, far) is not None
    assert judge_floats("y", flushed, oracle / 2, strict) is None  # rounds to zero


def test_a_shape_that_is_worked_out_is_owed_too():
    wide = Output("total", ("B", "2 * D"), "query", "sums", budget=BUDGETS)
    contract = replace(CONTRACT, outputs=(wide,))
    (finding,) = judged(contract=contract)
    assert (finding.message, finding.wanted) == ("has the wrong shape", "(2, 8)")
