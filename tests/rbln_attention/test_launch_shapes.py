"""The answer does not depend on the launch shape."""

import pytest

pytest.importorskip("triton")

from conformance_kernels.rbln_attention.implementations.signatures import functions
from conformance_kernels.rbln_attention.implementations.triton_paged import paged_triton
from conformance_kernels.rbln_attention.implementations.triton_window import window_triton
from conformance_kernels.rbln_attention.launch_shapes import LaunchShape

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
