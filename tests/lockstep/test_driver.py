"""What code sees of a device while a session is open on a machine without one."""

from __future__ import annotations

import pytest
import torch
import triton
import triton.language as tl
import triton.testing
from triton.backends import backends

from conformance.lockstep import UnsupportedFeature, lockstep

pytestmark = pytest.mark.skipif(
    any(each.driver.is_active() for each in backends.values()),
    reason="this machine has a device that Triton drives",
)
driver = triton.runtime.driver


@triton.jit
def add_one(x_ptr, n, BLOCK: tl.constexpr):
    place = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    tl.store(x_ptr + place, tl.load(x_ptr + place, mask=place < n) + 1, mask=place < n)


def persistent(x):
    """As persistent kernels are launched: one program for each multiprocessor."""
    properties = driver.active.utils.get_device_properties(driver.active.get_current_device())
    programs = properties["multiprocessor_count"]
    add_one[(programs,)](x, len(x), BLOCK=triton.next_power_of_2(-(-len(x) // programs)))


def test_the_driver_answers_and_says_that_it_is_emulated():
    with lockstep():
        active = driver.active
        assert type(active).__name__ == "EmulatedDriver"
        target = active.get_current_target()
        assert (target.backend, target.warp_size) == ("cpu", 32) and not target.arch
        assert active.get_active_torch_device() == torch.device("cpu")
        assert active.get_device_capability() == (0, 0)
        assert "emulated" in active.utils.get_device_properties(0)["name"]
        interface = active.get_device_interface()
        assert interface.current_device() == 0 and interface.device_count() == 1
        assert "emulated" in interface.get_device_properties(0).name
        assert "emulated" in triton.compiler.make_backend(target).hash()


def test_everything_is_as_before_at_exit():
    before = dict(backends)
    with pytest.raises(RuntimeError, match="active drivers"):
        _ = driver.active
    for _ in range(2):
        with pytest.raises(KeyError), lockstep():
            assert driver.active
            raise KeyError
        assert backends == before
        with pytest.raises(RuntimeError, match="active drivers"):
            _ = driver.active


def test_a_driver_that_is_in_use_stays():
    own = object()
    driver.set_active(own)
    try:
        with lockstep():
            assert driver.active is own
        assert driver.active is own
    finally:
        driver._active = None


def test_persistent_kernels_and_benchmarks_run():
    x = torch.zeros(100)
    with lockstep() as session:
        persistent(x)
        assert x.tolist() == [1.0] * 100 and session.violations == ()
        timed = driver.active.get_benchmarker()(lambda: persistent(x), quantiles=(0.5, 0.2, 0.8))
        assert len(timed) == 3 and min(timed) > 0
        assert triton.testing.do_bench(lambda: persistent(x), warmup=1, rep=1) > 0


def test_configurations_pruned_by_what_a_device_has():
    def prune(configurations, named, **_):
        assert driver.active.get_current_target().backend == "cpu"
        room = driver.active.utils.get_device_properties(0)["max_shared_mem"]
        return [each for each in configurations if each.kwargs["BLOCK"] * 4 <= room]

    configurations = [triton.Config({"BLOCK": 1 << size}) for size in (20, 7)]
    tuned = triton.autotune(configurations, ["n"], prune_configs_by={"early_config_prune": prune})
    x = torch.zeros(100)
    with lockstep() as session:
        tuned(add_one)[lambda named: (triton.cdiv(100, named["BLOCK"]),)](x, 100)
    assert x.tolist() == [1.0] * 100
    assert session.launches[0].grid == (1, 1, 1)


def test_nothing_is_compiled():
    with lockstep():
        backend = triton.compiler.make_backend(driver.active.get_current_target())
        with pytest.raises(UnsupportedFeature, match="compiling a kernel"):
            backend.add_stages({}, backend.parse_options({}))


@triton.jit
def doubled(x_ptr, out_ptr, n, BLOCK: tl.constexpr):
    place = tl.arange(0, BLOCK)
    tl.store(out_ptr + place, tl.load(x_ptr + place, mask=place < n) * 2, mask=place < n)


def test_torch_compiles_around_a_kernel():
    @torch.compile(backend="aot_eager")
    def function(x):
        out = torch.empty_like(x)
        doubled[(1,)](x + 1, out, 4, BLOCK=4)
        return out + 1

    with lockstep(poison=0xAB) as session:
        assert function(torch.ones(4)).tolist() == [5.0] * 4
        assert function(torch.zeros(4)).tolist() == [3.0] * 4
    assert session.launch_count == 2 and session.violations == ()


def test_torch_names_the_backend_in_its_caches():
    from torch.utils._triton import triton_hash_with_backend

    with lockstep():
        assert triton_hash_with_backend.__wrapped__()
