"""What one process compiled, another one finds, whichever kernels each of them launched before."""

from importlib.util import module_from_spec, spec_from_file_location

import pytest
import torch

from conformance.targets.launched import LaunchLog
from conformance.triton_compiler import key_of
from conformance.triton_launches import rehearsed

KERNELS = """
import triton
import triton.language as tl

SCALE = tl.constexpr({scale})

@triton.jit
def scaled(x):
    return x * SCALE

@triton.jit
def twice(x):
    return scaled(scaled(x))

@triton.jit
def plain(x, y, BLOCK: tl.constexpr):
    at = tl.arange(0, BLOCK)
    tl.store(y + at, {function}(tl.load(x + at)))

@triton.jit
def masked(x, y, BLOCK: tl.constexpr):
    at = tl.arange(0, BLOCK)
    tl.store(y + at, {function}(tl.load(x + at, mask=at < 3)), mask=at < 3)
"""


def names(folder, order, function="scaled", scale=2.0):
    """What kernels of a new process are called in Triton's cache, launched in that order."""
    source = folder / "kernels.py"
    source.write_text(KERNELS.format(function=function, scale=scale))
    specification = spec_from_file_location(f"kernels_{'_'.join(order)}", source)
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    x, y = torch.zeros(8), torch.zeros(8)
    log = LaunchLog()
    with log.during("case", rehearsed=True), rehearsed(log.note):
        for name in order:
            getattr(module, name)[(1,)](x, y, BLOCK=8)
    return {each.kernel.fn.__name__: key_of(each.of["cuda"], "cuda", 90, 32) for each in log.all()}


@pytest.mark.parametrize("function", ["scaled", "twice"])
def test_the_order_of_launches_changes_no_name(tmp_path, function):
    first = names(tmp_path, ["plain", "masked"], function)
    assert names(tmp_path, ["masked", "plain"], function) == first
    assert names(tmp_path, ["masked"], function) == {"masked": first["masked"]}


def test_another_constant_of_a_function_changes_the_names_of_its_callers(tmp_path):
    first = names(tmp_path, ["plain", "masked"])
    other = names(tmp_path, ["plain", "masked"], scale=3.0)
    assert not set(first.values()) & set(other.values())
