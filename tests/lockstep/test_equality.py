"""Lockstep gives the bits that Triton's interpreter gives."""

import pytest
import torch

from .conftest import RELEASE

DTYPES = [torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64]


@pytest.mark.parametrize("chunk", [None, 1, 3])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.float64])
def test_masked_tail(check, dtype, chunk):
    check("arithmetic", "add", 1000, dtype, chunk=chunk)


@pytest.mark.parametrize("name", ["grid_three", "grid_function", "bits", "random_numbers"])
def test_elementwise(check, name):
    check("arithmetic", name)


def test_floats(check):
    # Before 3.8 the interpreter's minnum and maxnum let NaN through, which hardware does not.
    check("arithmetic", "floats", RELEASE >= (3, 8))


@pytest.mark.parametrize("dtype", DTYPES)
def test_integers_wrap(check, dtype):
    check("arithmetic", "integers", dtype)


@pytest.mark.parametrize(
    "type_name", ["int8", "int32", "int64", "float16", "float32", "float64", "uint32"]
)
@pytest.mark.parametrize("source", [torch.float32, torch.float16, torch.int32, torch.int8])
def test_casts(check, source, type_name):
    if source.is_floating_point and type_name == "uint32":
        pytest.skip("negative floats to unsigned integers have no defined value")
    check("arithmetic", "cast", source, type_name, torch.float64)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int32, torch.int8])
def test_reductions(check, axis, dtype):
    check("reductions", "reductions", axis, dtype)


@pytest.mark.parametrize("shape", [(64, 32), (2, 256), (256, 2), (1, 128), (128, 1)])
@pytest.mark.parametrize("swap", [False, True])
def test_sums_in_memory_order(check, swap, shape):
    check("reductions", "sums", swap, *shape)


def test_half_precision_sums(check):
    check("reductions", "sums", False, 32, 32, torch.float16)


@pytest.mark.parametrize("reverse", [False, True])
def test_scans(check, reverse):
    check("reductions", "scans", reverse)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.int32])
def test_cumsum_of_rows(check, axis, dtype):
    check("reductions", "cumsum_rows", axis, dtype)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("dtype", [torch.int32, torch.float32, torch.int64, torch.float16])
def test_sort(check, dtype, descending):
    check("reductions", "sorted_rows", dtype, descending)


def test_sort_of_nan_and_signed_zeros_is_the_network(check):
    check("reductions", "sorted_rows", torch.float32, False, True)


@pytest.mark.parametrize("dtype", [torch.int32, torch.float32])
def test_topk(check, dtype):
    check("reductions", "largest", dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_matmul(check, dtype):
    check("reductions", "matmul", dtype)


@pytest.mark.parametrize(
    "name", ["shuffles", "histogram", "host_descriptors", "device_descriptors", "descriptor_rows"]
)
def test_shapes(check, name):
    check("shapes", name)


@pytest.mark.parametrize("chunk", [None, 2])
@pytest.mark.parametrize(
    "name", ["ragged", "collatz", "nested", "chained", "atomics", "lock", "last_block"]
)
def test_control(check, name, chunk):
    if name == "chained" and RELEASE < (3, 9):
        pytest.skip("chained comparisons of tensors came with Triton 3.9")
    check("control", name, chunk=chunk)


@pytest.mark.parametrize("n", [32, 30])
def test_heuristics(check, n):
    check("control", "heuristics", n)
