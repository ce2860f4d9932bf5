"""Rows are added up in one order, whatever a compiler knows of the numbers of a launch.

Torch's compiler launches a kernel with more knowledge than a plain call: that a number is 1, or
that 16 divides it. Triton 3.6 lays scores out as their mask is read, by what it knows of strides,
and adds up in the order of the layout; newer releases do not.
"""

import re
from collections import Counter
from dataclasses import replace

import pytest
import torch

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from conformance_kernels.rbln_attention.names import FAMILY
from triton.backends.compiler import GPUTarget

from conformance.triton_cache import compile_into_cache
from conformance.triton_compiler import specialised
from conformance.triton_launches import rehearsed

from .cases import case

TARGET = GPUTarget("cuda", 90, 32)
SUM = re.compile(r"-> tensor<\w+xf32, #ttg\.slice<\{dim = (\d), parent = (#\w+)\}>>")
LAYOUT = re.compile(r"^(#\w+) = (#ttg\.\w+<\{.*\}>)$", re.MULTILINE)


def first_launch(name, dtype):
    """The kernel, the arguments and the constants of the launch that attends."""
    launches = []
    call = case(name, heads=2, size=64, dtype=dtype)
    with rehearsed(
        lambda kernel, values, constants, others: launches.append((kernel, values, constants))
    ):
        KERNELS[name](*call.arguments.values())
    return launches[0]


def sums(signature):
    """How often rows or columns of floats are added up in which layout."""
    text = compile_into_cache(signature, TARGET).asm["ttgir"]
    layouts = dict(LAYOUT.findall(text))
    return Counter((axis, layouts[parent]) for axis, parent in SUM.findall(text))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", FAMILY)
def test_sums_have_one_order(name, dtype, tmp_path, monkeypatch):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    kernel, values, constants = first_launch(name, dtype)
    signature = specialised(kernel, values, constants, "cuda")[1]()
    types, known = dict(signature.types), dict(signature.constants)
    attributes = dict(signature.attributes)
    for place, (parameter, value) in enumerate(zip(kernel.arg_names, values, strict=False)):
        if isinstance(value, torch.Tensor):
            attributes[place,] = [["tt.divisibility", 16]]
        elif value == 1:
            types[parameter], known[place,] = "constexpr", 1
        elif isinstance(value, int):
            types[parameter] = "i32"
            if value % 16 == 0:
                attributes[place,] = [["tt.divisibility", 16]]
    plain = sums(signature)
    traced = sums(replace(signature, types=types, constants=known, attributes=attributes))
    assert plain == traced and plain.total() >= 3
