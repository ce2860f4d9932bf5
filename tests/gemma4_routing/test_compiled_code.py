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
from triton.compiler.compiler import ASTSource, make_backend

from conformance.triton_compiler import specialised
from conformance.triton_launches import rehearsed

from . import ptx

TARGET = GPUTarget("cuda", 90, 32)
DTYPES = (torch.float32, torch.bfloat16, torch.float16)


def routed(gating, topk, scale, shape, folder):
    """Weights and ids, of the code that is compiled for a launch shape."""
    tokens = len(gating)
    weights, ids = torch.full((tokens, topk), 7.0), torch.full((tokens, topk), -7)
    launches = []
    launch = Launch(_route_kernel, shape, gating.shape[1], topk)
    with rehearsed(lambda *each: launches.append(each[:3])):
        launch.run(gating, scale, weights, ids.int())
    signature = specialised(*launches[0], "cuda")[1]()
    options = make_backend(TARGET).parse_options(dict(signature.options))
    source = ASTSource(signature.kernel, signature.types, signature.constants, signature.attributes)
    built = triton.compile(source, target=TARGET, options=options.__dict__)
    words = gating if gating.dtype == torch.float32 else gating.view(torch.int16)
    found = np.full((tokens, topk), 7, np.float32), np.full((tokens, topk), -7, np.int32)
    arrays = words.numpy().copy(), scale.numpy().copy(), *found
    # Strides that are 1 are no arguments; two pointers that Triton adds are not read.
    arguments = [*arrays, tokens, gating.stride(0), np.zeros(8), np.zeros(8)]
    programs = triton.cdiv(tokens, launch.rows)
    ptx.run(built.asm["ptx"], arguments, programs, launch.warps * 32, built.metadata.shared)
    return found


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
        got_weights, got_ids = routed(gating, topk, scale, shape, tmp_path)
        assert got_ids.tolist() == ids.tolist(), shape
        np.testing.assert_allclose(got_weights, weights.numpy(), rtol=1e-5, equal_nan=True)
