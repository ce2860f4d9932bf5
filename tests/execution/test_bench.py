"""A wrong answer that comes with a broken memory rule says where in the kernel it was broken."""

from pathlib import Path

import pytest
import torch
import triton
import triton.language as tl
from conformance_kernels.gemma4_routing.contract import CONTRACT

from conformance.contract import Axis, Budget, Contract, Output, TensorArgument
from conformance.events.verdict import NotSupported
from conformance.execution.bench import Bench
from conformance.execution.cpu import LockstepCPU
from conformance.inputs.usual import usual_case

DOUBLED = Contract(
    name="doubled",
    summary="each value twice",
    axes=(Axis("N", "values", usual=10),),
    arguments=(TensorArgument("x", ("N",), ("float32",), "values"),),
    outputs=(Output("y", ("N",), "float32", "products", budget=Budget(0.0, 0.0, source="exact")),),
    reference=lambda x: 2 * x,
)


@triton.jit
def _double(x_pointer, y_pointer, n, BLOCK: tl.constexpr):
    offsets = tl.arange(0, BLOCK)
    x = tl.load(x_pointer + offsets + 1)  # beyond the end
    tl.store(y_pointer + offsets, 2 * x, mask=offsets < n)


def double(x):
    y = torch.empty_like(x)
    _double[(1,)](x, y, len(x), BLOCK=16)
    return y


def test_findings_name_the_line_that_broke_a_memory_rule():
    case = usual_case(DOUBLED, "values")
    (finding,) = Bench(DOUBLED, double, LockstepCPU()).run(case).findings()
    assert finding.about == "y"
    assert "seen in memory: out-of-bounds read" in finding.where
    text = Path(__file__).read_text().splitlines()
    line = 1 + next(n for n, line in enumerate(text) if line.endswith("# beyond the end"))
    assert f"test_bench.py:{line}" in finding.where


def test_an_exception_is_the_answer_of_the_subject_with_its_place():
    def refuses(*arguments):
        raise KeyError("nothing here")

    trial = Bench(CONTRACT, refuses, LockstepCPU()).run(usual_case(CONTRACT, "values"))
    (finding,) = trial.findings()
    assert finding.got.startswith("KeyError: 'nothing here'")
    assert "test_bench.py:" in finding.where


def test_what_lockstep_does_not_cover_is_not_the_subjects_failure():
    @triton.jit
    def assembly(x_pointer, y_pointer):
        x = tl.load(x_pointer)
        y = tl.inline_asm_elementwise(
            "mov $0, $1;", "=r,r", [x], dtype=tl.float32, is_pure=True, pack=1
        )
        tl.store(y_pointer, y)

    def subject(x):
        y = torch.empty_like(x)
        assembly[(1,)](x, y)
        return y

    trial = Bench(DOUBLED, subject, LockstepCPU()).run(usual_case(DOUBLED, "values"))
    with pytest.raises(NotSupported, match="inline"):
        trial.findings()
