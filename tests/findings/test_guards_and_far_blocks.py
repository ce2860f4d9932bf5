"""What lies around tensors shows when it is read, and blocks may lie further apart than 32 bits."""

from dataclasses import replace

import pytest
import torch
from conformance_kernels.rbln_attention.contract import OPERATORS
from conformance_kernels.rbln_attention.implementations.torch_attention import PLAIN
from conformance_kernels.rbln_attention.table import KINDS

import conformance
from conformance.case import Case
from conformance.checks import find_check
from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.contract.dtypes import DTYPES, FLOATS
from conformance.events.verdict import Verdict
from conformance.inputs.build import build
from conformance.inputs.layouts import LAYOUTS, RARE
from conformance.inputs.usual import usual_case
from conformance.policy.profiles import profiles
from conformance.tensors.dtypes import torch_dtype

QUICK = replace(profiles()["quick"], examples=6, shrink_seconds=0.2)
NEAR = [name for name, layout in LAYOUTS.items() if name not in RARE and layout.least_rank <= 2]


def copying(dtype):
    return Contract(
        "copy", "c", (Axis("M", "m", usual=3), Axis("N", "n", usual=5, edges=(1, 9))),
        (TensorArgument("x", ("M", "N"), (dtype,), "x", refused_by="callers"),),
        (Output("y", ("M", "N"), "float32", "y", budget=Budget(0.0, 0.0, "copies")),),
        lambda x: (x.double(),),
    )  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", NEAR)
def test_a_guard_reads_as_nan_or_as_minus_one(dtype, layout):
    case = usual_case(copying(dtype), "layout").with_tensor("x", layout=layout)
    buffer = build(copying(dtype), case).buffers["x"]
    kind, outside = torch_dtype(dtype), buffer.outside()
    assert outside.sum() >= 512
    guard = buffer.storage[outside]
    if dtype in FLOATS:
        assert guard.view(kind).isnan().all()
        assert not buffer.tensor.float().isnan().any()
    else:
        assert (guard == 0xFF).all()


@pytest.mark.parametrize("dtype", [name for name in FLOATS if name != "float64"])
@pytest.mark.parametrize("place", [-1, "behind"], ids=["before", "behind"])
def test_a_weight_of_zero_for_what_lies_outside_is_found(dtype, place):
    """It does no harm on most machines on most days: what is there is a number there."""

    def reads_on(x):
        offset = -1 if place == -1 else sum(
            (length - 1) * stride for length, stride in zip(x.shape, x.stride(), strict=True)
        ) + 1  # fmt: skip
        other = x.as_strided((1,), (1,), x.storage_offset() + offset)
        return x.float() + 0 * other.float()

    def right(x):
        return x.float()

    checks = ["values", "layout"]
    for subject, wanted in ((right, Verdict.PASS), (reads_on, Verdict.FAIL)):
        report = conformance.check(copying(dtype), subject, profile=QUICK, seed=1, checks=checks)
        assert {report[check].verdict for check in checks} == {wanted}


BLOCKS = ["flash_causal_attention_naive_decode", "sliding_window_attention_naive_decode"]


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_that_lie_far_apart_are_asked(name):
    contract = OPERATORS[name].contract
    far = [
        case
        for case in find_check("layout").fixed(contract)
        if case.tensors["kv_cache"].layout == "far-blocks"
    ]
    assert len(far) == 1
    built = build(contract, far[0])
    cache = built.buffers["kv_cache"].tensor
    assert cache.shape[1] == 3 and 2 * cache.stride(1) > torch.iinfo(torch.int32).max


@pytest.mark.parametrize("name", BLOCKS)
def test_offsets_of_blocks_in_32_bits_are_found(name):
    def attention(*values):
        given = dict(zip(KINDS[name].taken, values, strict=False))
        table, cache = given["block_table"], given["kv_cache"]
        beyond = table.long() * cache.stride(1) > torch.iinfo(torch.int32).max
        given["block_table"] = table.masked_fill(beyond, 1)
        return PLAIN[name](*given.values())

    for subject, wanted in ((PLAIN[name], Verdict.PASS), (attention, Verdict.FAIL)):
        report = conformance.check(
            OPERATORS[name], subject, profile=QUICK, seed=1, checks=["layout"]
        )
        assert report["layout"].verdict is wanted
    failed = Case.parse(report["layout"].failures[0].case)
    assert failed.tensors["kv_cache"].layout == "far-blocks"
