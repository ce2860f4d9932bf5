"""Right implementations that differ from the reference are flagged by no check of a device."""

import pytest
from conformance_kernels.gemma4_routing.contract import OPERATOR

from conformance.events.verdict import Verdict

from ...gemma4_routing.variations import VARIATIONS
from .asked import asked


@pytest.mark.parametrize("check", ["replays", "streams", "torch_compiled"])
@pytest.mark.parametrize("name", VARIATIONS)
def test_a_right_implementation_passes(device, name, check):
    found = asked(check, OPERATOR.contract, VARIATIONS[name], device)
    assert (found.verdict, found.failures) == (Verdict.PASS, ())
