"""What assembly says of rounding."""

import pytest

from conformance.execution.ways.instructions import REASONS, reasons_in

LINES = {
    "ex2.approx": ("ex2.approx.ftz.f32 %f2, %f1;", "v_exp_f32_e32 v1, v2"),
    "lg2.approx": ("lg2.approx.f32 %f2, %f1;", "v_log_f32_e32 v1, v2"),
    "division": ("div.full.f32 %f3, %f1, %f2;", "rcp.approx.ftz.f32 %f2, %f1;", "v_rcp_f32 v1, v2"),
    "square root": ("sqrt.approx.f32 %f2, %f1;", "rsqrt.approx.ftz.f32 %f2, %f1;"),
    "sin, cos or tanh": ("tanh.approx.f32 %f2, %f1;", "v_sin_f32_e32 v1, v2"),
    "multiply-add is contracted": ("fma.rn.f32 %f4, %f1, %f2, %f3;", "v_fma_f32 v1, v2, v3, v4"),
    "tensor cores": ("mma.sync.aligned.m16n8k16.row.col", "wgmma.mma_async.sync", "v_mfma_f32_16"),
    "order of a reduction": ("shfl.sync.bfly.b32 %r2, %r1, 8", "red.global.add.f32 [%rd1], %f1;"),
    "denormals are flushed": ("add.ftz.f32 %f3, %f1, %f2;",),
}
PLAIN = "ld.global.b32 {%r1}; add.f32 %f3, %f1, %f2; mul.rn.f32 %f1, %f2; div.rn.f32 %f1; redo:"


@pytest.mark.parametrize(("reason", "line"), [(r, line) for r in LINES for line in LINES[r]])
def test_an_instruction_shows_its_reason(reason, line):
    place = "amdgcn" if line.startswith("v_") else "ptx"
    assert reasons_in([{place: line, "ttir": PLAIN}])[reason] == 1


def test_every_reason_is_known():
    assert LINES.keys() == REASONS.keys()


def test_what_computes_as_the_source_says_shows_none():
    assert reasons_in([{"ptx": PLAIN}, {"cubin": b""}]) == {}


def test_the_instructions_of_several_kernels_are_added():
    kernels = [{"ptx": "fma.rn.f32 %f1;\nfma.rn.f32 %f2;"}, {"ptx": "fma.rn.f32 %f1;"}]
    assert reasons_in(kernels) == {"multiply-add is contracted": 3}
