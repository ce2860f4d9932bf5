"""The registered operators tell PyTorch the truth, and calls go where they should."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from conformance_kernels.rbln_attention.implementations.signatures import PARAMETERS
from conformance_kernels.rbln_attention.registration import operator
from conformance_kernels.rbln_attention.registration.dispatch import OPERATORS, implementation_for

from .cases import FAMILY, ORDER, case

REGISTERED = {
    name: getattr(torch.ops.conformance_kernels, f"rbln_{name}").default for name in FAMILY
}


def lockstep():
    pytest.importorskip("triton")
    from conformance.lockstep import lockstep

    return lockstep(poison=0xFF)


@pytest.mark.parametrize("name", FAMILY)
def test_the_schema_declares_that_the_cache_is_written_to(name):
    schema = REGISTERED[name]._schema
    assert [each.name for each in schema.arguments] == ORDER[name] == list(PARAMETERS[name])
    written = [
        each.name for each in schema.arguments if each.alias_info and each.alias_info.is_write
    ]
    assert written == ["kv_cache"]
    assert [each.alias_info for each in schema.returns] == [None]


@pytest.mark.parametrize("name", FAMILY)
def test_the_operators_are_right(name):
    case(name).run(REGISTERED)


@pytest.mark.parametrize("name", FAMILY)
def test_the_operators_run_the_kernels_in_lockstep(name):
    with lockstep() as session:
        case(name).run(REGISTERED)
    assert 1 <= session.launch_count <= 2
    assert not session.violations


@pytest.mark.parametrize("backend", ["eager", "aot_eager"])
@pytest.mark.parametrize("name", FAMILY)
def test_compiled_calls_are_right(name, backend):
    torch._dynamo.reset()
    compiled = torch.compile(
        lambda *tensors: REGISTERED[name](*tensors), backend=backend, fullgraph=True
    )
    case(name).run({name: compiled})


@pytest.mark.parametrize("name", FAMILY)
def test_opcheck_passes(name):
    call = case(name)
    # Two caches of NaN are never equal.
    call.arguments["kv_cache"].nan_to_num_(0.0)
    result = torch.library.opcheck(REGISTERED[name], tuple(call.arguments.values()))
    assert set(result.values()) == {"SUCCESS"}


@pytest.mark.parametrize("name", FAMILY)
def test_the_fake_kernel_promises_what_comes(name):
    from torch._subclasses.fake_tensor import FakeTensorMode

    tensors = tuple(case(name, dtype=torch.bfloat16, length=2).arguments.values())
    with FakeTensorMode() as mode:
        fake = REGISTERED[name](*map(mode.from_tensor, tensors))
    with lockstep():
        kernel = REGISTERED[name](*tensors)
    for real in (REGISTERED[name](*tensors), kernel):
        assert (fake.shape, fake.dtype, fake.stride()) == (real.shape, real.dtype, real.stride())


def test_the_fake_kernel_refuses_what_the_kernels_refuse():
    from torch._subclasses.fake_tensor import FakeTensorMode

    name = "flash_causal_attention_naive_decode"
    call = case(name)
    call.arguments["seq_idx"] = call.arguments["seq_idx"].long()
    with FakeTensorMode() as mode, pytest.raises(TypeError, match="seq_idx: got dtype int64"):
        REGISTERED[name](*map(mode.from_tensor, call.arguments.values()))


def test_importing_again_changes_nothing():
    again = importlib.reload(operator)
    name = "flash_attention_naive_decode"
    case(name).run(again.REGISTERED)
    case(name).run({name: getattr(torch.ops.conformance_kernels, f"rbln_{name}")})


@pytest.mark.parametrize(
    ("device", "implementation"),
    [
        ("cpu", "torch"),
        ("meta", "torch"),
        ("mps", "torch"),
        ("cuda:1", "triton"),
        ("xpu", "triton"),
    ],
)
def test_devices_have_an_implementation(device, implementation):
    assert implementation_for(device) == implementation
    assert implementation_for(torch.device(device)) == implementation


def test_the_cpu_has_triton_inside_lockstep_only():
    with lockstep() as session:
        assert implementation_for("cpu") == "triton"
        assert implementation_for("meta") == "torch"
        case("attention_naive_decode").run(OPERATORS)
    assert session.launch_count == 1
    assert implementation_for("cpu") == "torch"


VENDOR = """
import torch
from conformance_kernels.rbln_attention.registration import vendor_namespace
from rbln_attention.cases import FAMILY, ORDER, case

theirs = torch.ops.rbln_triton_ops
assert not any(hasattr(theirs, name) for name in FAMILY)
first = FAMILY[0]
library = torch.library.Library("rbln_triton_ops", "FRAGMENT")
tensors = ", ".join(f"Tensor {name}" for name in ORDER[first])
library.define(f"{first}({tensors}) -> Tensor")
assert vendor_namespace.register() == FAMILY[1:]
assert vendor_namespace.register() == ()
for name in FAMILY:
    tensors = ", ".join(f"Tensor {each}" for each in ORDER[name])
    schema = f"rbln_triton_ops::{name}({tensors}) -> Tensor"
    assert str(getattr(theirs, name).default._schema) == schema
for name in FAMILY[1:]:
    case(name).run({name: getattr(theirs, name)})
print("registered")
"""


def test_the_vendors_names_are_taken_where_they_are_free():
    """In a process of its own: what is registered stays."""
    path = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", VENDOR],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
    )
    assert done.stdout == "registered\n", done.stderr
