"""The session: what it replaces, restores, chooses, records and refuses."""

from __future__ import annotations

import inspect
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
import triton
import triton.language as tl

from conformance.lockstep import lockstep
from conformance.memory.undefined import Undefined
from conformance.memory.unsupported import UnsupportedFeature
from conformance.triton_internals import Autotuner, InterpretedFunction, JITFunction

from .subjects import arithmetic, faulty, special


def _state():
    owners = (
        JITFunction,
        InterpretedFunction,
        Autotuner,
        tl.tensor,
        tl.core.tensor_descriptor_base,
        tl.dtype,
        torch.Tensor,
        torch.UntypedStorage,
    )
    modules = (tl, tl.core, tl.math, tl.standard)
    return [dict(vars(each)) for each in (*owners, *modules)]


def test_everything_is_restored_also_after_an_exception():
    before = _state()
    names = set(vars(arithmetic))
    with lockstep():
        arithmetic.add(10)
        assert [dict(vars(each)) for each in (tl, tl.core)] == before[8:10]
    with pytest.raises(AssertionError, match="on purpose"), lockstep():
        special.failing[(1,)](torch.zeros(1))
    assert _state() == before
    assert set(vars(arithmetic)) == names
    with lockstep() as session:
        arithmetic.add(10)
    assert session.launch_count == 1


def test_sessions_do_not_nest():
    with lockstep():
        with pytest.raises(RuntimeError, match="already open"), lockstep():
            pass
        arithmetic.add(10)


def test_bad_arguments_are_refused_early():
    with pytest.raises(ValueError, match="poison"):
        lockstep(poison=256)
    with pytest.raises(ValueError, match="chunk"):
        lockstep(chunk=0)
    with lockstep():
        with pytest.raises(TypeError, match="unexpected keyword arguments: tempo"):
            arithmetic.add_kernel[(1,)](
                torch.ones(1), torch.ones(1), torch.ones(1), 1, BLOCK=1, tempo=3
            )
        with pytest.raises(ValueError, match="grid"):
            arithmetic.add_kernel[(1, 1, 1, 1)](
                torch.ones(1), torch.ones(1), torch.ones(1), 1, BLOCK=1
            )
        with pytest.raises(TypeError, match="list"):
            special.keeps_going[(1,)]([1, 2])


def test_launches_are_recorded():
    with lockstep(chunk=3) as session:
        arithmetic.grid_three()
    (launch,) = session.launches
    assert (launch.kernel, launch.grid, launch.programs, launch.chunks, launch.splits) == (
        "tests.lockstep.subjects.arithmetic.grid_kernel",
        (3, 4, 5),
        60,
        20,
        0,
    )
    assert launch.seconds > 0


def test_kernels_of_one_name_are_told_apart():
    def made(step: tl.constexpr):
        @triton.jit
        def keeps_going(out_ptr):
            tl.store(out_ptr + tl.program_id(0), step)

        return keeps_going

    class Kernels:
        @staticmethod
        @triton.jit
        def keeps_going(out_ptr):
            tl.store(out_ptr + tl.program_id(0) + 3, 0.0)

    out = torch.zeros(3)
    with lockstep() as session:
        for kernel in (special.keeps_going, made(tl.constexpr(1)), Kernels.keeps_going):
            kernel[(1,)](out)
    here = f"{__name__}.test_kernels_of_one_name_are_told_apart.<locals>"
    assert [launch.kernel for launch in session.launches] == [
        "tests.lockstep.subjects.special.keeps_going",
        f"{here}.made.<locals>.keeps_going",
        f"{here}.Kernels.keeps_going",
    ]
    (found,) = session.violations
    assert found.kernel == f"{here}.Kernels.keeps_going"
    assert f": kernel keeps_going, {__file__}:{found.line}" in str(found)


def test_an_empty_grid_runs_nothing():
    out = torch.zeros(3)
    with lockstep() as session:
        special.keeps_going[(0,)](out)
    assert session.launches[0].programs == 0 and not out.any()


@pytest.mark.parametrize(("config", "step"), [(None, 1), (0, 1), (1, 5)])
def test_a_configuration_is_chosen_without_timing(config, step):
    out = torch.zeros(3, dtype=torch.int32)
    with lockstep(config=config):
        special.tuned[(3,)](out, 3)
    assert out.tolist() == [step] * 3
    with pytest.raises(IndexError, match="2 configurations"), lockstep(config=2):
        special.tuned[(3,)](out, 3)


def test_prints_come_in_program_order(capsys):
    with lockstep():
        special.printing[(2,)](torch.tensor([1.5, 2.5]))
    assert capsys.readouterr().out.split("\n")[:2] == [
        "pid (0, 0, 0) idx () value: 1.5",
        "pid (1, 0, 0) idx () value: 2.5",
    ]


def test_device_assertions_hold_in_debug_launches():
    x = torch.tensor([1, 1, -1])
    with lockstep():
        special.asserting[(3,)](x)
        with pytest.raises(
            AssertionError, match=r"must be positive \(program \(2, 0, 0\), .*special\.py:\d+\)"
        ):
            special.asserting[(3,)](x, debug=True)


@pytest.mark.parametrize(
    ("kernel", "arguments", "feature"),
    [
        ("unknown_libdevice", (torch.ones(1),), "libdevice function cyl_bessel_i0"),
        ("inline_assembly", (torch.ones(1, dtype=torch.int32),), "inline assembly"),
        ("float8_addition", (torch.ones(1).to(torch.float8_e5m2),), "add of fp8e5"),
    ],
)
def test_unsupported_features_name_themselves(kernel, arguments, feature):
    function = getattr(special, kernel)
    with pytest.raises(UnsupportedFeature) as caught, lockstep():
        function[(1,)](*arguments)
    error = caught.value
    first = inspect.getsourcelines(function.fn)[1]
    assert (error.feature, error.kernel, error.file) == (
        feature,
        f"tests.lockstep.subjects.special.{kernel}",
        special.__file__,
    )
    assert f"(kernel {kernel}, " in str(error)
    assert first < error.line < first + 6
    assert isinstance(error, NotImplementedError)


@pytest.mark.skipif(hasattr(tl, "advance"), reason="this release of Triton has block pointers")
def test_block_pointers_are_refused_where_triton_refuses_them():
    @triton.jit
    def kernel(x_ptr):
        tl.load(tl.make_block_ptr(x_ptr, (8,), (1,), (0,), (8,), (0,)))

    with pytest.raises(NotImplementedError, match="Block pointers have been removed"), lockstep():
        kernel[(1,)](torch.ones(8))


def test_the_traceback_of_a_faulty_kernel_shows_its_line():
    with pytest.raises(AssertionError) as caught, lockstep():
        special.failing[(1,)](torch.zeros(1))
    lines = [entry.lineno + 1 for entry in caught.traceback if str(entry.path) == special.__file__]
    assert lines == [inspect.getsourcelines(special.failing.fn)[1] + 2]


def test_undefined_alone_follows_torch():
    with Undefined(poison=0xAB) as undefined:
        x = torch.empty(4, 6, dtype=torch.uint8)
        assert (x == 0xAB).all()
        x[1:3, 2:4] = 7
        y = torch.empty_like(x, dtype=torch.float32)
        y.fill_(1)
        z = torch.zeros(2)
        w = z.new_empty(5)
        torch.add(torch.ones(2), 1, out=w[1:3])
    assert undefined.written(x).sum() == 4 and undefined.written(x)[1:3, 2:4].all()
    assert undefined.written(y).all() and undefined.written(z).all()
    assert undefined.written(w).tolist() == [False, True, True, False, False]
    undefined.undefined(z[1:])
    assert undefined.written(z).tolist() == [True, False]


def test_the_context_needs_no_compiler_of_torch():
    import subprocess
    import sys

    code = (
        "import sys, torch; from conformance.lockstep import lockstep\n"
        "with lockstep(): torch.empty(3)\n"
        "assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("grid", [5, None, "ab", (2.0,), lambda meta: (meta["n"] / 2,)])
def test_a_grid_is_a_tuple_of_integers_as_for_a_compiled_kernel(grid):
    @triton.jit
    def nothing(n):
        pass

    with lockstep(), pytest.raises(TypeError, match="a grid is a tuple of one to three integers"):
        nothing[grid](4)


def test_threads_launch_one_after_the_other():
    counts = (7, 30, 64, 100)
    tensors = [torch.zeros(count, dtype=torch.int32) for count in counts]

    def launch(out: torch.Tensor) -> None:
        for _ in range(20):
            special.keeps_going[(len(out),)](out)

    with lockstep() as session, ThreadPoolExecutor(len(counts)) as threads:
        list(threads.map(launch, tensors))
    assert session.launch_count == 20 * len(counts)
    assert session.violations == ()
    for out in tensors:
        alone = torch.zeros_like(out)
        with lockstep():
            launch(alone)
        assert torch.equal(out, alone)


def test_a_session_that_stays_open_forgets_launches_and_what_they_broke():
    with lockstep() as session:
        faulty.copy_without_mask[(2,)](torch.arange(10.0), torch.zeros(10), 10, BLOCK=8)
        assert (session.launch_count, len(session.violations)) == (1, 1)
        session.forget()
        assert (session.launch_count, session.violations) == (0, ())
        arithmetic.add(10)
        assert session.launch_count == 1
