"""Checks of devices asked on the stand-in."""

import pytest
import torch
from conformance_kernels.gemma4_routing import device_faults

from conformance.asking.explore import explore
from conformance.checks import find_check
from conformance.events.request import Profile
from conformance.execution.bench import Bench

from .stand_in import StandIn

PROFILE = Profile("test", "", examples=10, largest=5000, shrink_seconds=0.5, binaries="none")


def asked(check, contract, function, device, profile=PROFILE):
    """What comes of a check of a function on a device."""
    return explore(find_check(check), Bench(contract, function, device, profile), profile, seed=1)


@pytest.fixture
def device(monkeypatch):
    """A stand-in, whose streams and graphs subjects find where torch has those of the CPU."""
    device = StandIn()
    for name in ("default_stream", "stream", "is_current_stream_capturing"):
        monkeypatch.setattr(torch.cpu, name, getattr(device.module, name), raising=False)
    monkeypatch.setattr(device_faults, "is_compiled", lambda tensor: device.compiled)
    return device
