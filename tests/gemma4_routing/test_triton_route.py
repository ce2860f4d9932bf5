"""The Triton kernel agrees with the torch implementation, in Triton's interpreter and compiled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

triton = pytest.importorskip("triton")

import torch  # noqa: E402
from conformance_kernels.gemma4_routing.torch_route import route_torch  # noqa: E402
from conformance_kernels.gemma4_routing.triton_route import route_triton  # noqa: E402

from conformance.lockstep import lockstep  # noqa: E402

INTERPRETED = """
import torch
import triton
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.gemma4_routing.triton_route import route_triton
from packaging.version import Version
from gemma4_routing.cases import ROWS, SCALE, check_result, rows_with_negative_nan

def compare(gating, topk, scale):
    weights, ids = route_triton(gating, topk, scale)
    wanted, wanted_ids = route_torch(gating, topk, scale)
    check_result(gating, topk, scale, weights, ids)
    assert torch.equal(ids, wanted_ids), (ids, wanted_ids)
    torch.testing.assert_close(weights, wanted, rtol=1e-6, atol=1e-9)

torch.manual_seed(0)
# `tl.maximum` of a number and NaN is the number, but NaN in the interpreter of Triton 3.6 and 3.7.
asked = torch.ones(len(ROWS), dtype=torch.bool)
if Version(triton.__version__) < Version("3.8"):
    asked = ~ROWS.isnan().any(dim=1)
for topk in (1, 3, 7):
    compare(ROWS[asked], topk, SCALE)
    compare(rows_with_negative_nan()[asked], topk, SCALE)
for dtype in (torch.float32, torch.bfloat16, torch.float16):
    # Triton's interpreter decodes denormal bfloat16 wrongly (1e-39 as 4e-39): not the last row.
    compare(ROWS[asked][:-1].to(dtype), 4, SCALE.to(torch.bfloat16))
for tokens, experts, topk in ((0, 4, 2), (1, 1, 1), (600, 1, 1), (3, 2, 1), (2, 33, 33)):
    compare(torch.randn(tokens, experts), topk, torch.randn(experts))
dense, wide = torch.randn(5, 9), torch.full((5, 14), float("nan"))
wide[:, 2:11] = dense
compare(wide[:, 2:11], 4, torch.randn(18)[::2])
compare(dense.t().contiguous().t(), 4, torch.randn(1).expand(9))
compare(torch.randn(1, 9).expand(5, 9), 4, torch.randn(9, dtype=torch.float64))
compare(torch._neg_view(dense), 4, torch.randn(9))
print("agrees")
"""


def test_the_kernel_agrees_in_the_interpreter():
    tests = str(Path(__file__).parents[1])
    environment = {
        **os.environ,
        "TRITON_INTERPRET": "1",
        "PYTHONPATH": os.pathsep.join([tests, os.environ.get("PYTHONPATH", "")]),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", INTERPRETED],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.stdout == "agrees\n", done.stderr


@pytest.mark.parametrize(
    ("tokens", "experts", "topk"),
    [
        (0, 3, 1), (1, 1, 1), (513, 1, 1), (257, 5, 5), (65, 127, 1), (1025, 128, 8),
        (50, 257, 129), (40, 1000, 999), (33, 1024, 8), (9, 1024, 1024),
    ],
)  # fmt: skip
def test_the_kernel_agrees_in_lockstep_at_many_sizes(tokens, experts, topk):
    generator = torch.Generator().manual_seed(tokens)
    # Rounded, so that there are ties.
    gating = (torch.randn(tokens, experts, generator=generator) * 3).round(decimals=1)
    scale = torch.randn(experts, generator=generator)
    with lockstep() as session:
        weights, ids = route_triton(gating, topk, scale)
    assert not session.violations
    assert session.launch_count == min(tokens, 1)
    wanted, wanted_ids = route_torch(gating, topk, scale)
    assert torch.equal(ids, wanted_ids)
    torch.testing.assert_close(weights, wanted, rtol=2e-6, atol=1e-7)


COMPILED = """
from conformance_kernels.gemma4_routing.launch_shapes import usual_shape
from conformance_kernels.gemma4_routing.tiles.launch import Launch
from conformance_kernels.gemma4_routing.triton_route import _route_kernel
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, compile

names = ("EXPERTS", "TOPK", "BLOCK_TOPK", "HEADS", "LANES", "ROWS")
for dtype, tokens, topk in (("bf16", 1, 8), ("fp32", 1 << 20, 8), ("fp16", 1 << 20, 64)):
    launch = Launch(_route_kernel, usual_shape(tokens, 128, topk), 128, topk)
    sizes = dict(zip(names, launch.constants, strict=True))
    signature = {
        "gating_pointer": f"*{dtype}", "scale_pointer": "*fp32", "weights_pointer": "*fp32",
        "ids_pointer": "*i32", "tokens": "i32", "gating_token_stride": "i32",
        "gating_expert_stride": "i64", "scale_stride": "i32", **dict.fromkeys(sizes, "constexpr"),
    }
    source = ASTSource(_route_kernel, signature, constexprs=sizes)
    for target in (GPUTarget("cuda", 90, 32), GPUTarget("hip", "gfx942", 64)):
        compile(source, target=target, options={"num_warps": launch.warps})
print("compiles")
"""


def test_the_kernel_compiles_for_gpus_without_one(tmp_path):
    environment = {**os.environ, "TRITON_CACHE_DIR": str(tmp_path)}
    environment.pop("TRITON_INTERPRET", None)
    done = subprocess.run(
        [sys.executable, "-c", COMPILED], capture_output=True, text=True, env=environment
    )
    assert done.stdout == "compiles\n", done.stderr
