"""A bare Triton kernel is judged by the contract of an operator."""

import pytest

import conformance
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

SMALL = Profile("test", "", examples=20, largest=100_000, shrink_seconds=1.0)
KERNELS = """
import triton
import triton.language as tl
from conformance import Launch


@triton.jit
def _rms_norm(x, weight, y, eps, n, BLOCK: tl.constexpr):
    column = tl.arange(0, BLOCK)
    place, mask = tl.program_id(0) * n + column, column < n
    row = tl.load(x + place, mask=mask, other=0.0).to(tl.float32)
    scale = tl.rsqrt(tl.sum(row * row) / n + eps)
    factor = tl.load(weight + column, mask=mask, other=0.0).to(tl.float32)
    tl.store(y + place, row * scale * factor, mask=mask)


def arguments(s):
    return {"x": s.x.contiguous(), "weight": s.weight.contiguous(), "y": s.y, "eps": s.eps,
            "n": s.N, "BLOCK": triton.next_power_of_2(s.N)}


LAUNCH = Launch(kernel=_rms_norm, grid=lambda s: (s.M,), arguments=arguments)
ROW_SHORT = Launch(kernel=_rms_norm, grid=lambda s: (s.M - 1,), arguments=arguments)
TAIL_LOST = Launch(
    kernel=_rms_norm, grid=lambda s: (s.M,), arguments=lambda s: arguments(s) | {"BLOCK": 64}
)
"""


@pytest.fixture
def kernels(tmp_path):
    path = tmp_path / "my_kernels.py"
    path.write_text(KERNELS)
    return path


def checked(kernels, name, store):
    return conformance.check(
        "rms_norm", f"{kernels}:{name}", profile=SMALL, seed=1, store=store / "store"
    )


def test_a_right_kernel_conforms(kernels, tmp_path):
    report = checked(kernels, "LAUNCH", tmp_path)
    assert report.verdict is Verdict.PASS, [e for e in report.checks if e.failures]


@pytest.mark.parametrize(("name", "check"), [("ROW_SHORT", "values"), ("TAIL_LOST", "sizes")])
def test_a_wrong_launch_is_found(kernels, tmp_path, name, check):
    assert checked(kernels, name, tmp_path)[check].verdict is Verdict.FAIL
