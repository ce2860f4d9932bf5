"""What Triton's compiler makes of the routing kernels for a GPU gives the right experts.

Lockstep says what kernels do, not what a compiler makes of them: for 35 to 47 experts in 16 bits
LLVM in Triton 3.6 mixed the expert of one thread with the number of another.
"""

import numpy as np
import pytest
import torch

pytest.importorskip("triton")

import triton
from conformance_kernels.gemma4_routing.launch_shapes import steps
from conformance_kernels.gemma4_routing.tiles.launch import Launch
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.gemma4_routing.triton_route import _route_kernel
from triton.backends.compiler import GPUTarget

from conformance.triton_cache import compile_into_cache
from conformance.triton_compiler import specialised
from conformance.triton_launches import rehearsed

from .. import ptx

TARGET = GPUTarget("cuda", 90, 32)
DTYPES = (torch.float32, torch.bfloat16, torch.float16)


def compiled(launch, gating, scale, weights, ids):
    """What Triton compiles for a launch."""
    launches = []
    with rehearsed(lambda *each: launches.append(each[:3])):
        launch.run(gating, scale, weights, ids)
    signature = specialised(*launches[0], "cuda")[1]()
    return compile_into_cache(signature, TARGET)


def routed(gating, topk, scale, shape):
    """Weights and ids, of the code that is compiled for a launch shape."""
    tokens = len(gating)
    launch = Launch(_route_kernel, shape, gating.shape[1], topk)
    weights, ids = torch.full((tokens, topk), 7.0), torch.full((tokens, topk), -7).int()
    built = compiled(launch, gating, scale, weights, ids)
    words = gating if gating.dtype == torch.float32 else gating.view(torch.int16)
    arrays = [each.numpy().copy() for each in (words, scale, weights, ids)]
    # Strides that are 1 are no arguments; two pointers that Triton adds are not read.
    arguments = [*arrays, tokens, gating.stride(0), np.zeros(8), np.zeros(8)]
    programs = triton.cdiv(tokens, launch.rows)
    ptx.run(built.asm["ptx"], arguments, programs, launch.warps * 32, built.metadata.shared)
    return arrays[2:]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize(
    ("experts", "topk"),
    [(8, 5), (33, 8), (35, 5), (39, 8), (47, 5), (63, 6), (64, 8), (100, 5), (128, 8), (160, 8),
     (256, 8)],
)  # fmt: skip
def test_compiled_code_selects_the_right_experts(monkeypatch, tmp_path, experts, topk, dtype):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    generator = torch.Generator().manual_seed(experts)
    gating = torch.randn(11, experts, generator=generator).to(dtype)
    gating[1] = torch.randint(0, 3, (experts,), generator=generator)  # ties
    gating[2, ::2] = -torch.inf
    gating[3] = -torch.inf
    gating[4, 1] = torch.nan
    scale = torch.rand(experts, generator=generator) + 0.5
    weights, ids = route_torch(gating, topk, scale)
    for shape in {str(shape): shape for _, shape in steps("sm_90", dtype, experts, topk)}.values():
        got_weights, got_ids = routed(gating, topk, scale, shape)
        assert got_ids.tolist() == ids.tolist(), shape
        np.testing.assert_allclose(got_weights, weights.numpy(), rtol=1e-5, equal_nan=True)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_no_warp_waits_for_another_one_where_each_has_its_rows(monkeypatch, tmp_path, dtype):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    shape = {"heads": 4, "lanes": 32, "rows": 8, "warps": 8}
    gating, scale = torch.zeros(2048, 128, dtype=dtype), torch.ones(128)
    weights, ids = torch.empty(2048, 8), torch.empty(2048, 8, dtype=torch.int32)
    launch = Launch(_route_kernel, shape, 128, 8)
    built = compiled(launch, gating, scale, weights, ids)
    assert "bar.sync" not in built.asm["ptx"]
