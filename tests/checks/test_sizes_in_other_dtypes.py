"""A fault of one dtype that shows beyond some size only is found, whatever the seed."""

import pytest
import torch

import conformance
from conformance.contract import Axis, Budget, Contract, LeadingAxes, Output, TensorArgument

CONTRACT = Contract(
    name="negated",
    summary="-x",
    axes=(
        LeadingAxes("M", "rows"),
        Axis("N", "columns", usual=64, edges=(1, 63, 65, 1023, 1025, 4096), most=65536),
    ),
    arguments=(
        TensorArgument("x", ("*M", "N"), ("float32", "bfloat16", "float16"), "x",
                       refused_by="callers"),
    ),
    outputs=(Output("y", ("*M", "N"), "x", "-x", budget=Budget(0, 0, "exact")),),
    reference=lambda x: (-x,),
)  # fmt: skip


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_path_for_16_bits_that_fails_beyond_one_tile(dtype, seed):
    def wrong(x):
        return 2 * -x if x.dtype == dtype and x.shape[-1] > 100 else -x

    report = conformance.check(CONTRACT, wrong, profile="quick", checks="sizes", seed=seed)
    assert not report.conformant
    (failure,) = report["sizes"].failures
    assert "N=101" in failure.case and str(dtype).removeprefix("torch.") in failure.case
