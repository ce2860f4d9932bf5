"""Block pointers, where the installed Triton has them."""

from __future__ import annotations

import pytest
import torch
import triton.language as tl

from conformance.lockstep import lockstep
from conformance.memory.violation import OUT_OF_BOUNDS_READ, OUT_OF_BOUNDS_WRITE

from .subjects import blocks

pytestmark = [
    pytest.mark.skipif(
        not hasattr(tl, "advance"), reason="this release of Triton has no block pointers"
    ),
    pytest.mark.filterwarnings("ignore:.*make_block_ptr is deprecated"),
]


@pytest.mark.parametrize("chunk", [None, 1])
@pytest.mark.parametrize("shape", [(4, 8), (5, 9), (1, 1), (13, 30)])
@pytest.mark.parametrize("dtype", ["float32", "float16", "int32"])
def test_blocks_equal_those_of_the_interpreter(check, shape, dtype, chunk):
    check("blocks", "transposed_sum", *shape, dtype, chunk=chunk)


@pytest.mark.parametrize("shape", [(4, 8), (5, 9), (13, 30)])
def test_blocks_hold_what_the_tensor_holds(shape):
    m, n = shape
    for dtype in ("float32", "bfloat16"):
        with lockstep() as session:
            got = blocks.transposed_sum(m, n, dtype)
        kind = getattr(torch, dtype)
        x = torch.arange(m * n * 2).view(m, n * 2).to(kind)[:, ::2]
        wanted = x + torch.arange(n * m).view(n, m).to(kind).t()
        assert torch.equal(got, wanted) and session.violations == ()


@pytest.mark.parametrize(
    ("n", "shift", "padding", "wanted"),
    [
        (8, 0, "zero", [1, 2, 3, 4, 5, 6, 7, 8]),
        (5, 0, "zero", [1, 2, 3, 4, 5, 0, 0, 0]),
        (5, 2, "zero", [3, 4, 5, 0, 0, 0, 0, 0]),
        (5, -2, "zero", [0, 0, 1, 2, 3, 4, 5, 0]),
        (5, 9, "zero", [0] * 8),
        (5, -1, "nan", [float("nan"), 1, 2, 3, 4, 5, float("nan"), float("nan")]),
    ],
)
def test_what_lies_outside_is_padding(n, shift, padding, wanted):
    for dtype in ("float32", "float16", "bfloat16"):
        with lockstep() as session:
            got = blocks.padded(n, shift, padding, dtype)
        torch.testing.assert_close(
            got, torch.tensor(wanted).float(), equal_nan=True, rtol=0, atol=0
        )
        assert session.violations == ()


def test_padding_that_was_not_asked_for_is_undefined():
    with lockstep(poison=0xAB):
        got = blocks.padded(5, 0, "")
    assert got[:5].tolist() == [1, 2, 3, 4, 5]
    assert (got[5:].view(torch.int32) == torch.tensor(0xABABABAB - 2**32)).all()


def test_three_axes():
    for shape in ((2, 3, 9), (1, 4, 4)):
        with lockstep() as session:
            got = blocks.three_axes(*shape)
        a, b, c = shape
        assert torch.equal(got, torch.arange(float(a * b * c)).view(shape).sum((1, 2)))
        assert session.violations == ()


@pytest.mark.skipif(
    hasattr(tl.core, "_block_ptr"), reason="block pointers of Triton 3.8 have no methods in kernels"
)
def test_the_method():
    out = torch.zeros(4)
    with lockstep() as session:
        blocks.advanced_by_method[(1,)](torch.arange(8.0), out, BLOCK=4)
    assert out.tolist() == [4, 5, 6, 7] and session.violations == ()


def test_axes_without_a_check_and_shapes_that_are_wrong_are_found():
    with lockstep() as session:
        blocks.unchecked[(1,)](torch.ones(5), torch.zeros(5), 5, BLOCK=8)
        blocks.lying_shape[(1,)](torch.ones(5), torch.zeros(8), 7, BLOCK=8)
    assert [(each.kind, each.argument, each.offset, each.count) for each in session.violations] == [
        (OUT_OF_BOUNDS_WRITE, "out_ptr", 20, 3),
        (OUT_OF_BOUNDS_READ, "x_ptr", 20, 2),
    ]


@pytest.mark.parametrize(
    "kernel",
    [
        "masked",
        "third_axis",
        "wrong_order",
        "wrong_rank",
        "integers_padded_with_nan",
        "pointer_without_block",
    ],
)
def test_what_triton_refuses_stays_refused(kernel):
    with pytest.raises((ValueError, AssertionError)), lockstep():
        getattr(blocks, kernel)[(1,)](torch.ones(8, dtype=torch.int32))
