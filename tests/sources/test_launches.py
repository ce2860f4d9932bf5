"""Launches of kernels are found with their arguments."""

import pytest

from conformance.sources.reading.kernels import read_kernels

from .package import calls, given, sources

KERNEL = """
import torch
from vendor import triton
from vendor.triton import language as tl

@triton.jit
def kernel(x, out, SIZE: tl.constexpr):
    block = tl.make_block_ptr(base=x, shape=(SIZE, SIZE // SIZE), strides=(1, 1))
    tl.store(out, tl.load(block))

@torch.library.triton_op("space::op", mutates_args=())
def wrapper(x):
    out = torch.empty_like(x)
    SIZE = x.shape[0]
    params = [x, out]
    {}
    return out
"""
HELPER = """
def launch(function, *arguments):
    return function.warmup(*arguments, grid=(1,))
"""


def module(body: str) -> str:
    """A kernel and a wrapper that launches it as `body` says, with a helper if it needs one."""
    return KERNEL.replace("{}", body) + (HELPER if "launch(" in body else "")


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("launch(kernel, *params, SIZE)", ["x", "torch.empty_like(x)", "x.shape[0]"]),
        ("kernel[(1,)](*params, SIZE=SIZE)", ["x", "torch.empty_like(x)", "SIZE=x.shape[0]"]),
        ("kernel.warmup(*params, SIZE)", ["x", "torch.empty_like(x)", "x.shape[0]"]),
        ("k = kernel; k[(1,)](x, out, SIZE)", ["x", "torch.empty_like(x)", "x.shape[0]"]),
        (
            "torch.library.wrap_triton(kernel)[(1,)](x, out, SIZE)",
            ["x", "torch.empty_like(x)", "x.shape[0]"],
        ),
    ],
)
def test_a_launch_is_found_however_it_is_written(tmp_path, body, wanted):
    found = calls(tmp_path, a=module(body))
    assert not found.unresolved
    (launch,) = found.launches
    assert (launch.operator, launch.kernel.name) == ("space::op", "kernel")
    assert [text for text in given(launch) if not text.startswith("grid=")] == wanted


def test_a_launch_of_an_unknown_kernel_is_said(tmp_path):
    found = calls(tmp_path, a=module("pass") + HELPER)
    assert not found.launches
    assert [(problem.text, problem.reason) for problem in found.unresolved] == [
        ("function", "no kernel of this name"),
        ("kernel", "no launch of this kernel was found"),
    ]


@pytest.mark.parametrize("body", ["choose(x)[(1,)](x)", "TABLE['a'][(1,)](x)", "pass"])
def test_a_kernel_without_launch_is_said(tmp_path, body):
    found = calls(tmp_path, a=module(body))
    assert [p.reason for p in found.unresolved] == ["no launch of this kernel was found"]


def test_kernels_have_parameters_and_pointers(tmp_path):
    (kernel,) = read_kernels(sources(tmp_path, a=module("pass"))).values()
    assert [parameter.name for parameter in kernel.parameters] == ["x", "out", "SIZE"]
    (pointer,) = kernel.pointers
    assert (pointer.base, pointer.shape, pointer.line) == ("x", ("SIZE", "SIZE // SIZE"), 8)
