"""A bare Triton kernel is a subject: what a wrapper would do is said as data."""

import subprocess
import sys

import pytest
import torch
import triton
import triton.language as tl

import conformance
from conformance.catalogue.objects import SubjectBroken
from conformance.contract import (
    Axis,
    Budget,
    Contract,
    FloatArgument,
    LeadingAxes,
    Operator,
    Output,
    Role,
    TensorArgument,
)
from conformance.lockstep import lockstep
from conformance.subjects.launch import Launch
from conformance.subjects.subject import load_subject

BUDGET = Budget(2.4e-7, 0.0, "two roundings of float32")
ARGUMENTS = (
    TensorArgument("x", ("*M", "N"), ("float32",), "values"),
    FloatArgument("factor", "a factor", 2.0),
)
AXES = (LeadingAxes("M", "rows"), Axis("N", "columns", usual=16))
SCALED = Contract(
    name="scaled",
    summary="x times a factor, and the factor times the columns",
    axes=AXES,
    arguments=ARGUMENTS,
    outputs=(
        Output("y", ("*M", "N"), "x", "products", budget=BUDGET),
        Output("total", ("N",), "float32", "sums of products", budget=BUDGET),
    ),
    reference=lambda x, factor: (x * factor, (x * factor).flatten(0, -2).sum(0)),
)
WRITTEN = Contract(
    name="written",
    summary="x times a factor, into y",
    axes=AXES,
    arguments=(*ARGUMENTS, TensorArgument("y", ("*M", "N"), ("float32",), "", role=Role.OUTPUT)),
    outputs=(Output("y", ("*M", "N"), "y", "products", budget=BUDGET),),
    reference=lambda x, factor: (x * factor,),
)


@triton.jit
def scale(x, y, factor, n, BLOCK: tl.constexpr):
    column = tl.arange(0, BLOCK)
    place = tl.program_id(0) * n + column
    tl.store(y + place, tl.load(x + place, mask=column < n) * factor, mask=column < n)


def arguments(s):
    return {
        "x": s.x, "y": s.y, "factor": s.factor, "n": s.N,
        "BLOCK": triton.next_power_of_2(s.N), "num_warps": 1,
    }  # fmt: skip


LAUNCH = Launch(kernel=scale, grid=lambda s: (s.M,), arguments=arguments)


def test_outputs_are_allocated_written_and_returned_in_order():
    x = torch.randn(2, 3, 5)
    with lockstep():
        y, total = LAUNCH.bind(SCALED)(x, 3.0)
    assert torch.equal(y, x * 3)
    assert (total.shape, total.dtype) == ((5,), torch.float32)


def test_outputs_that_are_passed_are_written_and_nothing_is_returned():
    x, y = torch.randn(2, 3, 5), torch.empty(2, 3, 5)
    with lockstep():
        assert LAUNCH.bind(WRITTEN)(x, 3.0, y) is None
    assert torch.equal(y, x * 3)


def test_sizes_of_leading_axes_are_their_product():
    seen = []

    def grid(s):
        seen.append((s.M, s.N))
        return (s.M,)

    with lockstep():
        Launch(scale, grid, arguments).bind(WRITTEN)(torch.randn(7), 1.0, torch.empty(7))
    assert seen == [(5, 16), (1, 7)]  # first the usual sizes, to see whether the names are known


@pytest.mark.parametrize(
    ("y", "complaint"),
    [
        (torch.empty(2, 4), r"y: N is 4, elsewhere it is 5"),
        (torch.empty(3, 5), r"y: M is \(3,\), elsewhere it is \(2,\)"),
        (torch.tensor(1.0), r"y: the shape \(\) has another rank"),
    ],
)
def test_tensors_that_do_not_belong_together_are_refused(y, complaint):
    with pytest.raises(ValueError, match=complaint):
        LAUNCH.bind(WRITTEN)(torch.ones(2, 5), 1.0, y)


@pytest.mark.parametrize(
    ("launch", "complaint"),
    [
        (
            Launch(scale, lambda s: (s.rows,), arguments),
            "grid of the launch: scaled has no 'rows'; there are M, N, factor, total, x, y",
        ),
        (
            Launch(scale, lambda s: (s.M,), lambda s: {"x": s.factr}),
            "arguments of the launch: scaled has no 'factr'; did you mean factor",
        ),
        (
            Launch(scale, lambda s: (s.M,), lambda s: {"X": s.x, "num_warps": 4}),
            "the kernel has no parameter 'X'; it has x, y, factor, n, BLOCK",
        ),
        (
            # Such a grid looks at values that a tensor without contents does not have.
            Launch(scale, lambda s: (s.x.item(),), lambda s: arguments(s) | {"num_wraps": 4}),
            "the kernel has no parameter 'num_wraps'; did you mean num_warps",
        ),
        (
            Launch(scale, lambda s: (s.M,), lambda s: {"x": s.x, "y": s.y}),
            "arguments of the launch: the kernel is not given factor, n, BLOCK",
        ),
    ],
)
def test_unknown_and_missing_names_are_told_when_the_subject_is_loaded(launch, complaint):
    with pytest.raises(SubjectBroken, match=complaint):
        launch.bind(SCALED)


@pytest.mark.parametrize(
    ("launch", "complaint"),
    [
        (
            Launch(scale.fn, lambda s: (1,), arguments),
            "kernel of the launch is a function: @triton",
        ),
        (Launch("scale", lambda s: (1,), arguments), "kernel of the launch is a str"),
        (Launch(scale, (1,), arguments), "grid of the launch: a tuple, not a function"),
        (Launch(scale, lambda: (1,), arguments), "grid of the launch: it is called with the call"),
        (Launch(scale, lambda s: s.M, arguments), "grid of the launch is 5, not a tuple of one"),
        (Launch(scale, lambda s: (s.M / 2,), arguments), r"grid of the launch is \(2.5,\), not"),
        (Launch(scale, lambda s: (1, 1, 1, 1), arguments), "not a tuple of one to three"),
        (Launch(scale, lambda s: (1,), {"x": 1}), "arguments of the launch: a dict, not a func"),
        (Launch(scale, lambda s: (1,), lambda s: [s.x]), "arguments of the launch are a list"),
        (Launch(scale, lambda s: (1,), lambda s: None), "arguments of the launch are a NoneType"),
    ],
)
def test_what_is_no_launch_is_told_when_the_subject_is_loaded(launch, complaint):
    with pytest.raises(SubjectBroken, match=complaint):
        launch.bind(SCALED)


def test_a_grid_that_turns_out_wrong_in_a_call_is_told_there():
    launched = Launch(scale, lambda s: (s.x.sum().item(),), arguments).bind(WRITTEN)
    with lockstep(), pytest.raises(TypeError, match=r"grid of the launch is \(5.0,\), not a tuple"):
        launched(torch.ones(5), 1.0, torch.empty(5))


@triton.autotune([triton.Config({"BLOCK": 16}), triton.Config({"BLOCK": 64})], key=["n"])
@triton.heuristics({"n": lambda given: given["x"].shape[-1]})
@triton.jit
def tuned(x, y, factor, n, BLOCK: tl.constexpr):
    column = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    place = tl.program_id(0) * n + column
    tl.store(y + place, tl.load(x + place, mask=column < n) * factor, mask=column < n)


def test_what_a_kernel_chooses_itself_is_not_given():
    def launch(**more):
        return Launch(
            tuned,
            lambda s: lambda meta: (s.M, triton.cdiv(s.N, meta["BLOCK"])),
            lambda s: {"x": s.x, "y": s.y, "factor": s.factor, **more},
        )

    x, y = torch.randn(2, 17), torch.empty(2, 17)
    with lockstep():
        launch().bind(WRITTEN)(x, 3.0, y)
    assert torch.equal(y, x * 3)
    for name in ("BLOCK", "n"):
        with pytest.raises(SubjectBroken, match=f"the kernel chooses {name} itself"):
            launch(**{name: 16}).bind(WRITTEN)


def test_an_output_whose_size_depends_on_data_cannot_be_allocated():
    chosen = Contract(
        name="chosen",
        summary="",
        axes=AXES,
        arguments=ARGUMENTS,
        outputs=(Output("y", ("?",), "float32", "some", budget=BUDGET),),
        reference=lambda x, factor: (x[x > factor],),
    )
    with pytest.raises(SubjectBroken, match="cannot allocate y: its size depends on data"):
        LAUNCH.bind(chosen)


def test_a_launch_in_a_file_is_found_by_name(tmp_path):
    (tmp_path / "mine.py").write_text(
        "import triton, triton.language as tl\n"
        "from conformance import Launch\n\n"
        "@triton.jit\n"
        "def kernel(x, y):\n"
        "    tl.store(y, tl.load(x))\n\n"
        "LAUNCH = Launch(kernel, lambda s: (1,), lambda s: {'x': s.x, 'y': s.y})\n"
    )
    found = load_subject(Operator(WRITTEN, {}), f"{tmp_path}/mine.py:LAUNCH")
    assert found.origin == f"{tmp_path}/mine.py:4"
    y = torch.empty(1, 1)
    with lockstep():
        found.function(torch.ones(1, 1), 1.0, y)
    assert y.item() == 1.0


def test_the_name_is_exported_without_torch():
    program = (
        "import sys, conformance; assert 'Launch' in conformance.__all__;"
        "assert 'torch' not in sys.modules; conformance.Launch; assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert conformance.Launch is Launch
