"""Plain calls launch what was compiled before; whoever watches launches sees each of them."""

import subprocess
import sys

import pytest
import torch
from conformance_kernels.gemma4_routing import triton_route
from conformance_kernels.gemma4_routing.launch_shapes import usual_shape
from conformance_kernels.gemma4_routing.tiles import launch as launches
from conformance_kernels.gemma4_routing.tiles.launch import Launch
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.gemma4_routing.triton_route import _route_kernel, route_triton

from conformance.lockstep import lockstep
from conformance.triton_launches import noted

GATING, SCALE = torch.randn(33, 128), torch.randn(128)


class Compiled:
    """Stands for what Triton compiled: keeps grids and arguments."""

    def __init__(self):
        self.launched = []

    def __getitem__(self, grid):
        return lambda *arguments: self.launched.append((grid, arguments))


@pytest.fixture
def launch(monkeypatch):
    """A launch whose kernel counts how often Triton was asked, and is compiled at the first."""
    asked, compiled = [], Compiled()

    class Kernel:
        run = _route_kernel.run.__func__
        pre_run_hooks = ()

        def __getitem__(self, grid):
            return lambda *arguments, **options: asked.append(grid) or compiled

    monkeypatch.setattr(launches, "_COMPILED", Compiled)
    made = Launch(Kernel(), usual_shape(33, 128, 8), 128, 8)
    return made, asked, compiled


def run_plain(launch):
    weights, ids = torch.empty(33, 8), torch.empty(33, 8, dtype=torch.int32)
    launch.run_plain(GATING, SCALE, weights, ids)


def test_a_plain_launch_is_repeated_without_asking_triton(launch):
    made, asked, compiled = launch
    assert not made.repeat(33, 16, 32, 48, 64) and compiled.launched == []
    run_plain(made)
    assert made.repeat(65, 16, 32, 48, 64) and len(asked) == 1
    ((grid, arguments),) = compiled.launched
    assert grid == (65 // made.rows + (65 % made.rows > 0), 1, 1)
    assert arguments == (16, 32, 48, 64, 65, 128, 1, 1, *made.constants)
    assert len(arguments) == len(_route_kernel.params)


def test_what_is_no_compiled_kernel_is_not_kept(launch, monkeypatch):
    made, _, _ = launch
    monkeypatch.setattr(launches, "_COMPILED", ())
    run_plain(made)
    assert made.compiled is None and not made.repeat(33, 16, 32, 48, 64)


def test_nothing_is_repeated_past_hooks_of_the_kernel(launch):
    made, _, compiled = launch
    run_plain(made)
    type(made.kernel).pre_run_hooks = (print,)
    assert not made.repeat(33, 16, 32, 48, 64) and compiled.launched == []


def test_nothing_is_repeated_past_whoever_notes_launches():
    made = Launch(_route_kernel, usual_shape(33, 128, 8), 128, 8)
    made.compiled = Compiled()
    with noted(lambda *_: None):
        assert not made.repeat(33, 16, 32, 48, 64)
    assert made.repeat(33, 16, 32, 48, 64)


def test_lockstep_sees_every_call(monkeypatch):
    plan = triton_route._plan(GATING, 8, SCALE)
    # As on a GPU, where calls may be plain ones.
    monkeypatch.setattr(plan, "most_tokens", 1000)
    with lockstep() as session:
        for _ in range(3):
            _, ids = route_triton(GATING, 8, SCALE)
    assert session.launch_count == 3
    assert torch.equal(ids, route_torch(GATING, 8, SCALE)[1])
    assert all(each.compiled is None for _, each in plan.launches)


@pytest.mark.parametrize(
    ("gating", "topk", "scale"),
    [
        (GATING, 8, SCALE[:127]),
        (GATING, True, SCALE),
        (GATING[:, :64], 8, SCALE),
        (GATING[None], 8, SCALE),
        (GATING.double(), 8, SCALE),
        (GATING, 8, SCALE[None]),
        (GATING, 8, SCALE.to("meta")),
        (GATING, 129, SCALE),
        (GATING.tolist(), 8, SCALE),
    ],
)
def test_a_plan_lets_no_wrong_call_pass(gating, topk, scale):
    with lockstep():
        route_triton(GATING, 8, SCALE)
        route_triton(GATING, 1, SCALE)
        with pytest.raises((TypeError, ValueError), match="got"):
            route_triton(gating, topk, scale)


TRACED = """
import sys, torch, torch.utils._triton as asked

asked.has_triton = lambda *_: True
import torch._dynamo.variables.builder
from conformance_kernels.gemma4_routing.torch_route import route_torch
from conformance_kernels.gemma4_routing.triton_route import route_triton

for module in [module for name, module in sys.modules.items() if name.startswith("torch")]:
    if hasattr(module, "has_triton"):
        module.has_triton = asked.has_triton
gating, scale = torch.randn(33, 128), torch.randn(128)

def backend(graph, _):
    print([str(node.target) for node in graph.graph.nodes].count("triton_kernel_wrapper_mutation"))
    return lambda *_: route_torch(gating, 8, scale)

torch.compile(route_triton, backend=backend, fullgraph=True)(gating, 8, scale)
"""


def test_a_compiler_can_follow_the_call():
    """No GPU is needed to trace, only Dynamo's belief that there is one."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", TRACED], capture_output=True, text=True
    )
    assert done.stdout == "1\n", done.stderr
