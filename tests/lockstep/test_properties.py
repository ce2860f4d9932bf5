"""Element-wise and reducing kernels against Triton's interpreter on drawn cases."""

from __future__ import annotations

import pytest
import torch
import triton
import triton.language as tl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.lockstep import lockstep

from .conftest import RELEASE, assert_same_bits


@triton.jit
def mixed_kernel(
    x_ptr,
    y_ptr,
    out_ptr,
    sums_ptr,
    length,
    COLUMNS: tl.constexpr,
    ROWS: tl.constexpr,
    MODE: tl.constexpr,
):
    pid = tl.program_id(0)
    rows, columns = tl.arange(0, ROWS), tl.arange(0, COLUMNS)
    offsets = pid * ROWS * COLUMNS + rows[:, None] * COLUMNS + columns[None, :]
    mask = offsets < length
    x = tl.load(x_ptr + offsets, mask=mask, other=0)
    y = tl.load(y_ptr + offsets, mask=mask, other=1)
    if MODE == 0:
        z = x * y + x
    elif MODE == 1:
        z = tl.where(x > y, x - y, y)
    else:
        z = tl.maximum(x, y) - tl.minimum(x, 3)
    tl.store(out_ptr + offsets, z, mask=mask)
    tl.store(
        sums_ptr + pid * COLUMNS + columns, tl.sum(z.to(tl.float32), axis=0) + tl.max(x, axis=0)
    )


def run(case):
    dtype, programs, rows, columns, mode, cut, seed = case
    torch.manual_seed(seed)
    size = programs * rows * columns
    x = (torch.randn(size) * 20).to(getattr(torch, dtype))
    y = (torch.randn(size) * 20).to(getattr(torch, dtype))
    out, sums = torch.zeros_like(x), torch.zeros(programs, columns)
    mixed_kernel[(programs,)](
        x, y, out, sums, max(0, size - cut), COLUMNS=columns, ROWS=rows, MODE=mode
    )
    return out, sums


CASES = st.tuples(
    st.sampled_from(["float32", "float16", "float64", "int32", "int16", "int8", "int64"]),
    st.integers(1, 5),
    st.sampled_from([1, 2, 8, 16]),
    st.sampled_from([1, 2, 4, 32]),
    st.integers(0, 2),
    st.integers(0, 40),
    st.integers(0, 2**16),
)


@pytest.mark.skipif(
    RELEASE < (3, 7), reason="the interpreter of Triton 3.6 cannot run loops with this numpy"
)
@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(case=CASES, chunk=st.sampled_from([None, 1, 2]))
def test_same_bits(interpreter, case, chunk):
    with lockstep(chunk=chunk) as session:
        got = run(case)
    assert session.violations == ()
    assert_same_bits(got, interpreter.call("tests.lockstep.test_properties", "run", case))
