"""The kernels compile for GPUs without one, as they are launched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("triton")

COMPILED = """
import torch
from conformance_kernels.rbln_attention.implementations import triton_plans
from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from rbln_attention.cases import case
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, compile

POINTERS = {torch.float32: "*fp32", torch.bfloat16: "*bf16", torch.float16: "*fp16",
            torch.int32: "*i32"}
launches = []

class Recorder:
    def __init__(self, kernel):
        self.kernel = kernel
    def __getitem__(self, grid):
        return lambda *values, **constants: launches.append((self.kernel, values, constants))

triton_plans.launcher = Recorder

OPTIONS = ("num_warps", "num_stages")

def source(kernel, values, constants):
    signature, constants = {}, {k: v for k, v in constants.items() if k not in OPTIONS}
    for parameter, value in zip(kernel.params, values):
        name = parameter.name
        if isinstance(value, torch.Tensor):
            signature[name] = POINTERS[value.dtype]
        elif value is None or (value == 1 and parameter.annotation_type is None
                               and not parameter.do_not_specialize):
            constants[name] = value
        else:
            signature[name] = parameter.annotation_type or "i32"
    signature |= dict.fromkeys(constants, "constexpr")
    ordered = {each.name: signature[each.name] for each in kernel.params}
    return ASTSource(kernel, ordered, constexprs=constants)

f32, bf16, f16 = torch.float32, torch.bfloat16, torch.float16
for name, options in (
    ("flash_causal_attention_naive_prefill", dict(length=40, slots=64, size=64, parts=4, sinks=1)),
    ("flash_causal_attention_naive_decode", dict(rows=1, dtype=bf16, slots=64, parts=4, size=64)),
    ("flash_attention_naive_decode", dict(dtype=bf16, size=128)),
    ("sliding_window_attention_naive_prefill", dict(dtype=f16, size=256, sinks=3, length=40)),
):
    call = case(name, heads=1, **options)
    KERNELS[name](*call.arguments.values(), **call.keywords)
assert {kernel.__name__ for kernel, _, _ in launches} == {
    "attend_kernel", "merge_kernel", "shift_kernel"
}
def build(launch, target):
    options = {name: launch[2][name] for name in OPTIONS if name in launch[2]}
    compile(source(*launch), target=target, options=options)

for launch in launches:
    build(launch, GPUTarget("cuda", 90, 32))
for launch in launches[:2]:
    build(launch, GPUTarget("hip", "gfx942", 64))
print("compiles")
"""


def test_the_kernels_compile_for_gpus_without_one(tmp_path):
    environment = {
        **os.environ,
        "TRITON_CACHE_DIR": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(
            [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
        ),
    }
    environment.pop("TRITON_INTERPRET", None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COMPILED],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.stdout == "compiles\n", done.stderr
