"""``describe`` says once for each argument what the check ``arguments`` breaks."""

from dataclasses import replace

from conformance_kernels.gemma4_routing.contract import CONTRACT

from conformance.reports.described.refusals import Refusal, refusals


def test_each_condition_is_told_once_with_its_argument():
    assert refusals(CONTRACT) == [
        Refusal("gating", "gating of rank 2"),
        Refusal("gating", "gating of dtype float32, bfloat16, float16", may_answer=True),
        Refusal("topk", "topk >= 1"),
        Refusal("topk", "K <= E"),
        Refusal("topk", "topk is an int"),
        Refusal("per_expert_scale", "per_expert_scale of length E"),
        Refusal("per_expert_scale", "per_expert_scale of rank 1"),
        Refusal(
            "per_expert_scale",
            "per_expert_scale of dtype float32, bfloat16, float16",
            may_answer=True,
        ),
    ]


def test_what_callers_refuse_is_no_refusal_of_the_operators():
    trusting = tuple(replace(each, refused_by="callers") for each in CONTRACT.arguments)
    assert refusals(replace(CONTRACT, arguments=trusting)) == []
