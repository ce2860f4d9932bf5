"""Kernels that others wrote give the bits of Triton's interpreter, and break no memory rule."""

import importlib.util

import pytest
import torch

from conformance.lockstep import lockstep
from conformance.wheels.errors import ReleaseUnavailable

from .subjects import liger, vllm

LIGER = [
    "rms_norm",
    "layer_norm",
    "softmax",
    "swiglu",
    "rope",
    "cross_entropy",
    "kl_div",
    "group_norm",
]
VLLM = [
    "gemma4_routing",
    "rejection_greedy",
    "rejection_random",
    "expand",
    "recovered_tokens",
    "minimum_probability",
    "log_softmax_of_some",
    "ranks",
    "decode_reduction",
    "prefill_attention",
]


needs_liger = pytest.mark.skipif(
    importlib.util.find_spec("liger_kernel") is None, reason="package liger-kernel is not installed"
)


@needs_liger
@pytest.mark.parametrize("name", LIGER)
def test_liger(check, name):
    check("liger", name)


@needs_liger
def test_liger_with_libdevice():
    # It calls libdevice's tanh, which in Triton's interpreter is a stub that returns None.
    with lockstep() as session:
        got, wanted = liger.geglu()
    assert session.launch_count == 1 and session.violations == ()
    torch.testing.assert_close(got, wanted)


@pytest.fixture(scope="module")
def released_vllm():
    try:
        vllm.files()
    except ReleaseUnavailable as missing:
        pytest.skip(str(missing))


@pytest.mark.network
@pytest.mark.parametrize("name", VLLM)
def test_vllm(released_vllm, check, name):
    check("vllm", name)
