"""Launch shapes are data that every kernel can be launched with, and each gives right answers."""

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.gemma4_routing.launch_shapes import measured, steps, usual_shape
from conformance_kernels.gemma4_routing.tiles.launch import Launch
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.gemma4_routing.triton_route import _route_kernel
from conformance_kernels.gemma4_routing.tuning import call_with, candidates

from conformance.lockstep import lockstep

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
EVERY_E = [1, 2, 3, 8, 31, 32, 60, 64, 65, 128, 129, 160, 256, 257, 384, 512, 1000, 1024]


def answers_rightly(shape, tokens, experts, topk, dtype=torch.float32):
    """Assert it, for logits with ties, NaN and infinities."""
    generator = torch.Generator().manual_seed(experts)
    gating = (torch.randn(tokens, experts, generator=generator) * 2).round(decimals=1)
    gating[0, ::3], gating[1 % tokens, ::2] = torch.nan, -torch.inf
    gating[2 % tokens], gating[3 % tokens, ::2] = -0.0, torch.inf
    arguments = gating.to(dtype), topk, torch.randn(experts, generator=generator)
    with lockstep() as session:
        weights, ids = call_with(arguments, shape)
    assert not session.violations
    wanted, wanted_ids = route_torch(*arguments)
    assert torch.equal(ids, wanted_ids)
    torch.testing.assert_close(weights, wanted, rtol=2e-6, atol=1e-7)


@pytest.mark.parametrize("entry", measured(), ids=str)
def test_what_was_measured_gives_right_answers(entry):
    tokens = entry["shape"]["rows"] + 1
    answers_rightly(entry["shape"], tokens, entry["E"], entry["K"], DTYPES[entry["dtype"]])


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=list(DTYPES))
@pytest.mark.parametrize("topk", [1, 4, 8, 16])
@pytest.mark.parametrize("experts", [16, 100])
def test_every_candidate_gives_right_answers(experts, topk, dtype):
    tried = list(candidates({"T": 2048, "E": experts, "K": topk}))
    assert len({str(shape) for shape in tried}) == len(tried) > 10
    for shape in [each for each in tried if each["warps"] == 1]:
        answers_rightly(shape, shape["rows"] + 1, experts, topk, dtype)


@pytest.mark.parametrize("experts", EVERY_E)
def test_there_is_a_usual_shape_for_all_sizes(experts):
    for topk in {1, 4, 5, 8, 9, 32, 33, experts} & set(range(1, experts + 1)):
        for tokens in (1, 64, 65, 4096, 4097, 10**6):
            shape = usual_shape(tokens, experts, topk)
            assert all(size & (size - 1) == 0 for size in shape.values())
            assert shape["rows"] * experts <= 16384
            Launch(_route_kernel, shape, experts, topk)  # raises for lanes that keep too few


@pytest.mark.parametrize("experts", [1, 3, 60, 129, 257, 1000])
def test_usual_shapes_give_right_answers(experts):
    for topk in {1, 5, 9, 33} & set(range(1, experts + 1)):
        for tokens in (64, 4096, 10**6):
            shape = usual_shape(tokens, experts, topk)
            answers_rightly(shape, shape["rows"] + 1, experts, topk)


def test_lanes_that_keep_too_few_keys_are_refused():
    shape = {"heads": 4, "lanes": 16, "rows": 2, "warps": 1}
    with pytest.raises(ValueError, match="got 16 lanes of 4 keys, want lanes that keep all of 128"):
        Launch(_route_kernel, shape, 128, 5)
    Launch(_route_kernel, shape, 128, 4)


def test_shapes_hold_for_their_architecture_and_the_size_of_their_dtype():
    known = steps("sm_90", torch.bfloat16, 128, 8)
    assert known[-1][0] is None and [most for most, _ in known[:-1]] == sorted(
        most for most, _ in known[:-1]
    )
    assert steps("sm_90", torch.float16, 64, 6) == steps("sm_90", torch.bfloat16, 64, 6)
    elsewhere = steps("gfx942", torch.bfloat16, 128, 8)
    assert [shape for _, shape in elsewhere] == [
        usual_shape(tokens, 128, 8) for tokens in (64, 4096, 4097)
    ]


def test_the_table_names_what_the_contract_tunes():
    tuning = OPERATOR.tuning
    names = {"device", "arch", "shape", "microseconds", *tuning.holds_for(tuning.points[0])}
    assert all(set(entry) == names for entry in measured())
    points = {(p["dtype"], p["E"], p["K"], p["T"]) for p in tuning.points}
    assert all((e["dtype"], e["E"], e["K"], e["T_up_to"]) in points for e in measured())
