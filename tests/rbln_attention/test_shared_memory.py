"""Tiles for a GPU of compute capability 9.0 fit into its shared memory, with a mask too."""

import pytest
import torch

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations import triton_paged, triton_splits
from conformance_kernels.rbln_attention.implementations.triton_attention import KERNELS
from conformance_kernels.rbln_attention.launch_shapes import Processor
from triton.backends.compiler import GPUTarget

from conformance.triton_cache import compile_into_cache
from conformance.triton_compiler import specialised
from conformance.triton_launches import rehearsed

from .cases import case

TARGET = GPUTarget("cuda", 90, 32)
BYTES = 232_448
"""Shared memory that a program may take there: 227 KiB, says NVIDIA's tuning guide for Hopper."""


@pytest.fixture
def hopper(monkeypatch, tmp_path):
    """Kernels are shaped for an H200."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    gpu = Processor("NVIDIA H200", "sm_90", 132)
    for module in (triton_paged, triton_splits):
        monkeypatch.setattr(module, "processor_of", lambda device: gpu)


@pytest.mark.parametrize("size", [64, 128, 256])
@pytest.mark.parametrize(
    ("name", "groups", "length"),
    [("attention_naive_decode", 2, 1), ("attention_naive_decode", 16, 4),
     ("flash_attention_naive_decode", 16, 4), ("attention_naive_prefill", 2, 128),
     ("flash_attention_naive_prefill", 2, 128)],
)  # fmt: skip
def test_a_tile_fits(hopper, name, groups, length, size):
    launches = []
    call = case(name, heads=1, groups=groups, length=length, size=size, slots=192, parts=2,
                dtype=torch.bfloat16)  # fmt: skip
    with rehearsed(lambda *launch: launches.append(launch[:3])):
        KERNELS[name](*call.arguments.values())
    signature = specialised(*launches[0], "cuda")[1]()
    assert signature.kernel.__name__ == "attend_kernel"
    built = compile_into_cache(signature, TARGET)
    assert built.metadata.shared <= BYTES
