"""No right implementation is flagged, however it differs from the reference."""

import pytest
import torch
from conformance_kernels.gemma4_routing.contract import OPERATOR
from conformance_kernels.gemma4_routing.torch_route import route_torch

import conformance
from conformance.checks import CHECKS
from conformance.events.request import Profile
from conformance.events.verdict import Verdict

from .variations import VARIATIONS

SMALL = Profile("test", "", examples=8, largest=20_000, shrink_seconds=2.0)


LACKING = {check.id for check in CHECKS if check.lacks(OPERATOR.contract)}


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_right_implementation_passes_every_check(name):
    report = conformance.check(OPERATOR, VARIATIONS[name], profile=SMALL, seed=1)
    assert {event.check: event.failures for event in report.checks if event.failures} == {}
    for event in report.checks:
        no_kernel = event.reason == "it launches no Triton kernel"
        assert event.verdict is Verdict.PASS or event.check in LACKING or no_kernel


@pytest.mark.parametrize("name", VARIATIONS)
def test_every_variation_differs_from_the_plain_implementation(name):
    """Otherwise it would show nothing."""
    generator = torch.Generator().manual_seed(0)
    gating = torch.randn(64, 33, generator=generator).round(decimals=1)
    gating[0], gating[1, 1] = -torch.inf, torch.nan
    gating[2:9] = torch.tensor([0.0, -0.0, -1.0] * 11)
    # One large logit: its term is 1, and the smallest change of the sum shows in the others.
    gating[9:40] -= 14 * (torch.arange(33) > 0)
    scale = torch.randn(33, generator=generator)
    same = []
    for ours, plain in zip(
        VARIATIONS[name](gating, 7, scale), route_torch(gating, 7, scale), strict=True
    ):
        same.append(torch.equal(ours, plain) and ours.stride() == plain.stride())
    assert not all(same)
