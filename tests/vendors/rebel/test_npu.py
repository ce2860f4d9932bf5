"""The NPU as a device, as far as a stand-in for its compiler can show."""

import pytest

from .test_install import make_rebel, python

OPEN = """
from conformance.vendors.rebel.npu import RblnNPU
from conformance.catalogue.devices import DeviceUnavailable
try:
    print(RblnNPU().mode)
except DeviceUnavailable as error:
    print("unavailable:", error)
"""


def test_without_the_compiler_there_is_no_npu():
    want = "unavailable: the package rebel (compiler of RBLN NPUs) is not installed"
    assert python(OPEN) == want
    emulated = "from conformance.vendors.rebel import install; install()\n"
    assert python(emulated + OPEN) == want


@pytest.mark.parametrize(
    ("driver", "reason"),
    [
        ("False", "rebel finds no active driver of an RBLN NPU"),
        ("1 / 0", "rebel cannot say whether there is an NPU: ZeroDivisionError: division by zero"),
        ("True", "torch-rbln gives torch no device"),
    ],
)
def test_what_is_missing_is_said(tmp_path, driver, reason):
    found = python(OPEN, make_rebel(tmp_path, driver))
    assert found.startswith(f"unavailable: {reason}")


RUN = """
import sys, types, torch
from torch._dynamo.backends.registry import register_backend
from conformance.vendors.rebel.npu import RblnNPU

torch.rbln = types.SimpleNamespace(is_available=lambda: True)
asked = []

@register_backend(name="rbln")
def compiled(graph, inputs, **options):
    asked.append((options, tuple(inputs[0].shape)))
    return graph.forward

class OnTheCPU(RblnNPU):
    memory = "cpu"

torch.cpu.is_available = lambda: True
device = OnTheCPU()

def add(state, new, factor):
    state.add_(new * factor)
    return state.sum()

def fail(state):
    raise ValueError("not today")

for size in range(2, 12):
    state = torch.zeros(size)
    outcome = device.call(add, (state, torch.ones(size), torch.tensor(2.0)), 0)
    assert outcome.raised is None, outcome.raised
    assert state.eq(2).all() and outcome.result == 2 * size
assert asked == [({"options": {"mode": ["strict"]}}, (size,)) for size in range(2, 12)], asked
print(device.call(fail, (state,), 0).raised.type, device.mode)
"""


def test_subjects_are_compiled_for_each_shape_and_state_is_read_back(tmp_path):
    found = python(RUN, make_rebel(tmp_path, "True"))
    # Dynamo, by its release, refuses a function that always raises, or lets it raise.
    assert found in {"Unsupported rbln, RBLN-T0", "ValueError rbln, RBLN-T0"}
