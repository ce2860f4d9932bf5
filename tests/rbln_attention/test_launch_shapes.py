"""The answer does not depend on the launch shape."""

import pytest

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations.signatures import functions
from conformance_kernels.rbln_attention.implementations.triton_paged import paged_triton
from conformance_kernels.rbln_attention.implementations.triton_window import window_triton
from conformance_kernels.rbln_attention.launch_shapes import (
    LaunchShape,
    Processor,
    default_shape,
    launch_shape,
    measured,
)
from conformance_kernels.rbln_attention.tuned import TABLES

from conformance.lockstep import lockstep

from .cases import case
from .grid import CALLS

SHAPES = {
    "many small tiles": LaunchShape(rows=16, keys=16, warps=4, stages=2, fill=1, span=4096),
    "many splits": LaunchShape(rows=64, keys=16, warps=4, stages=2, fill=64, span=16),
    "one large tile": LaunchShape(rows=128, keys=128, warps=8, stages=3, fill=1, span=1 << 20),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize(
    ("name", "options"),
    [each for each in CALLS if each.id.startswith(("usual", "slots", "mask", "tiles", "borders",
                                                   "window", "padding", "sinks"))],
)  # fmt: skip
def test_the_launch_shape_changes_nothing(name, options, shape):
    call = case(name, **options)
    operators = functions(
        lambda given: paged_triton(given, shape), lambda given: window_triton(given, shape)
    )
    with lockstep(poison=0xFF) as session:
        call.run(operators)
    assert not session.violations


H200 = Processor("NVIDIA H200", "sm_90", 132)
DECODE = "flash_causal_attention_naive_decode"


def _decode(**sizes):
    usual = {"NB": 1, "H": 8, "G": 2, "L": 1, "D": 128, "P": 1024, "NP": 8}
    return tuple((usual | sizes).items())


def test_the_tables_hold_shapes():
    for name in TABLES:
        assert all(LaunchShape(**entry["shape"]) for entry in measured(name))


def test_what_was_measured_for_the_next_larger_size_is_taken():
    entries = {(e["NB_up_to"], e["NP_up_to"], e["P"]): e["shape"] for e in measured(DECODE)}
    found = launch_shape(DECODE, H200, "bfloat16", True, _decode(NP=5))
    assert found == LaunchShape(**entries[1, 8, 1024])


@pytest.mark.parametrize("other", [{"D": 64}, {"P": 128}, {"NB": 10_000}, {"L": 2}])
def test_the_default_is_taken_where_nothing_was_measured(other):
    sizes = _decode(**other)
    found = launch_shape(DECODE, H200, "bfloat16", True, sizes)
    assert found == default_shape(H200, True, dict(sizes))


def test_splits_fill_a_device_and_leave_no_program_waiting():
    shape = LaunchShape(rows=16, keys=128, warps=4, stages=3, fill=1, span=4096)
    assert shape.splits(8, 32768, 132) == 16
    assert shape.splits(512, 2048, 132) == 1
    assert shape.splits(512, 8192, 132) == 2, "no program sees more than its span"
    assert shape.splits(1, 256, 132) == 2, "no more splits than tiles"
