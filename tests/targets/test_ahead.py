"""What checks will launch is compiled before it is launched, as the launch would compile it."""

import os
import select
import shutil
import threading
from time import monotonic
from types import SimpleNamespace

import pytest
import torch
import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.runtime.driver import driver

from conformance.targets import ahead, beside
from conformance.targets.beside import Beside
from conformance.targets.launched import LaunchLog
from conformance.triton_compiler import key_of
from conformance.triton_launches import rehearsed

TARGET = GPUTarget("cuda", 90, 32)


@triton.jit
def doubled(x, y, n, BLOCK: tl.constexpr):
    at = tl.arange(0, BLOCK)
    tl.store(y + at, tl.load(x + at, mask=at < n) * 2, mask=at < n)


@triton.autotune([triton.Config({"BLOCK": 8}), triton.Config({"BLOCK": 16}, num_warps=2)], key=[])
@triton.jit
def tuned(x, y, n, BLOCK: tl.constexpr):
    at = tl.arange(0, BLOCK)
    tl.store(y + at, tl.load(x + at, mask=at < n) * 3, mask=at < n)


@triton.jit
def refused(x, BLOCK: tl.constexpr):
    tl.store(x, nothing_of_that_name)  # noqa: F821


@pytest.fixture
def gpu(monkeypatch, tmp_path):
    """A GPU as far as its compiler is concerned, and the folder of what is compiled for it."""
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    stand_in = SimpleNamespace(
        get_current_target=lambda: TARGET,
        get_current_device=lambda: 0,
        get_current_stream=lambda device: 0,
    )
    monkeypatch.setattr(driver, "_active", stand_in)
    return tmp_path


def compiled(folder):
    return sorted(path.name for path in folder.rglob("*.cubin"))


def rehearse(log, *launches):
    with log.during("case", rehearsed=True), rehearsed(log.note):
        for kernel, *rest in launches:
            arguments, keywords = rest if isinstance(rest[-1], dict) else (rest, {})
            kernel[(1,)](*arguments, **keywords)


def all_compiled(log):
    """How many signatures were compiled ahead, once they all are."""
    both = ahead.Ahead(log)
    count = both.start(workers=2)
    both.wait()
    return count


def test_a_launch_finds_what_was_compiled_ahead(gpu):
    log, x = LaunchLog(), torch.zeros(16)
    rehearse(log, (doubled, (x, x, 5), {"BLOCK": 8}), (doubled, (x, x, 16), {"BLOCK": 16}))
    assert all_compiled(log) == 2
    known = compiled(gpu)
    assert len(known) == 2
    doubled.warmup(x, x, 5, BLOCK=8, grid=(1,))
    doubled.warmup(x, x, 16, BLOCK=16, grid=(1,))
    assert compiled(gpu) == known and len(list(gpu.rglob("*.json"))) == 4
    doubled.warmup(x, x, 1, BLOCK=16, grid=(1,))
    assert len(compiled(gpu)) == 3  # the test sees what is not there yet


def test_nothing_runs_meanwhile(gpu):
    x = torch.arange(8.0)
    y = torch.zeros(8)
    rehearse(LaunchLog(), (doubled, (x, y, 8), {"BLOCK": 8}), (tuned, x, y, 8))
    assert not y.any()


def test_every_configuration_of_an_autotuner_is_compiled_and_none_is_chosen(gpu):
    log, x = LaunchLog(), torch.zeros(16)
    rehearse(log, (tuned, x, x, 16))
    assert all_compiled(log) == 2 and len(compiled(gpu)) == 2
    assert not tuned.cache


def test_each_signature_is_compiled_once(gpu):
    log, x = LaunchLog(), torch.zeros(16)
    both = ahead.Ahead(log)
    rehearse(log, (doubled, (x, x, 5), {"BLOCK": 8}))
    assert both.start(2) == 1
    rehearse(log, (doubled, (x, x, 7), {"BLOCK": 8}))
    assert both.start(2) == 0
    rehearse(log, (doubled, (x, x, 7), {"BLOCK": 16}))
    assert both.start(2) == 1
    both.wait()
    assert len(compiled(gpu)) == 2


def test_few_signatures_wait_for_others(gpu):
    log, x = LaunchLog(), torch.zeros(16)
    both = ahead.Ahead(log)
    rehearse(log, (doubled, (x, x, 5), {"BLOCK": 8}))
    assert both.start(2, least=2) == 0
    rehearse(log, (doubled, (x, x, 7), {"BLOCK": 16}))
    assert both.start(2, least=2) == 2
    both.wait()
    assert len(compiled(gpu)) == 2


def test_what_triton_refuses_is_left_to_the_launch(gpu):
    log, x = LaunchLog(), torch.zeros(16)
    rehearse(log, (refused, (x,), {"BLOCK": 8}), (doubled, (x, x, 5), {"BLOCK": 8}))
    assert all_compiled(log) == 2
    assert len(compiled(gpu)) == 1


def held_elsewhere(signature, monkeypatch):
    """Another run, as far as this one sees of it: it compiles a signature as long as it is told.

    Returns its process, and what tells it to come to an end.
    """
    (held, says_held), (goes_on, says_go_on) = os.pipe(), os.pipe()

    def hold():
        assert ahead._Claim(key_of(signature, "cuda", 90, 32)).taken()
        os.write(says_held, b"1")
        os.read(goes_on, 1)

    other = Beside()
    with monkeypatch.context() as patched:
        patched.setattr(beside, "_close_all_but", lambda *kept: None)
        other.add(hold)
    readable, _, _ = select.select([held], [], [], 30)
    assert readable and os.read(held, 1) == b"1"
    return other, lambda: os.write(says_go_on, b"1")


@pytest.fixture
def two(gpu, monkeypatch, tmp_path_factory):
    """The log of two signatures; what is claimed of them lies in a cache of its own."""
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path_factory.mktemp("cache")))
    log, x = LaunchLog(), torch.zeros(16)
    rehearse(log, (doubled, (x, x, 5), {"BLOCK": 8}), (doubled, (x, x, 5), {"BLOCK": 16}))
    return log


def test_a_launch_waits_for_whoever_compiles_its_signature(two, monkeypatch):
    first, second = two.all()
    own = ahead.Ahead(two)
    own.start(1)
    own.wait()
    other, goes_on = held_elsewhere(first.of["cuda"], monkeypatch)
    later = threading.Timer(0.3, goes_on)
    begin = monotonic()
    later.start()
    own.claim(second)
    assert monotonic() - begin < 0.2  # nobody has that one
    own.claim(first)
    assert monotonic() - begin > 0.25
    own.release()
    later.join()
    other.wait()


def test_what_is_launched_is_compiled_by_nobody_else_meanwhile(two, gpu):
    first, _ = two.all()
    own, another = ahead.Ahead(two), ahead.Ahead(two)
    own.start(1)
    own.wait()
    for path in gpu.iterdir():
        shutil.rmtree(path)
    own.claim(first)
    assert another.start(2) == 2
    another.wait()
    assert len(compiled(gpu)) == 1
    own.release()
    third = ahead.Ahead(two)
    third.start(2)
    third.wait()
    assert len(compiled(gpu)) == 2


def test_a_signature_is_claimed_once_and_only_after_something_was_begun(two, monkeypatch):
    first, _ = two.all()
    claims = []
    monkeypatch.setattr(ahead._Claim, "wait", lambda claim, seconds: claims.append(claim))
    own = ahead.Ahead(two)
    own.claim(first)
    assert not claims
    own.start(1)
    own.wait()
    for _ in range(3):
        own.claim(first)
        own.release()
    assert len(claims) == 1


def test_what_another_run_compiles_is_left_to_it(gpu, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path_factory.mktemp("cache")))
    log, x = LaunchLog(), torch.zeros(16)
    rehearse(log, (doubled, (x, x, 5), {"BLOCK": 8}), (doubled, (x, x, 5), {"BLOCK": 16}))
    first = log.all()[0].of["cuda"]
    other, goes_on = held_elsewhere(first, monkeypatch)
    both = ahead.Ahead(log)
    assert both.start(2) == 2
    both.wait()
    assert len(compiled(gpu)) == 1  # the other signature, which nobody holds
    goes_on()
    other.wait()
    again = ahead.Ahead(log)
    assert again.start(2) == 2
    again.wait()
    assert len(compiled(gpu)) == 2


def test_a_cache_that_cannot_be_written_has_it_compiled_all_the_same(gpu, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONFORMANCE_CACHE", str(tmp_path / "file" / "cache"))
    log, x = LaunchLog(), torch.zeros(16)
    rehearse(log, (doubled, (x, x, 5), {"BLOCK": 8}), (doubled, (x, x, 5), {"BLOCK": 16}))
    assert all_compiled(log) == 2
    assert len(compiled(gpu)) == 2
