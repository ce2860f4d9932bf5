"""The attention reference says what an oracle says that goes position by position."""

import numpy as np
import pytest
import torch
from conformance_kernels.rbln_attention.contract import OPERATORS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.tensors.dtypes import bits_of

from .asked import arguments_of, ask, every_case, fixed_cases
from .attention import wanted

SIZES = {"D": 3, "H": 2, "G": 3, "P": 5, "W": 5, "NP": 2, "NB": 2, "SPARE": 2, "L": 4, "S": 2}
"""Different where reading one size for another would go unnoticed."""
ROUNDING = 64 * 2.0**-53
"""What float64 may be off by, in units of the magnitude."""


def compare(name, arguments, axes):
    """Assert that the reference owes exactly what the oracle does, and leaves open as much."""
    contract = OPERATORS[name].contract
    owed = ask(contract, axes, arguments).owed
    oracle = wanted(name, arguments)
    assert set(owed.open) == {"output", "kv_cache"} and set(owed.magnitudes) == {"output"}
    assert not owed.groups
    np.testing.assert_array_equal(owed.open["output"].numpy(), oracle.free_output)
    np.testing.assert_array_equal(owed.open["kv_cache"].numpy(), oracle.free_cache)
    bound = ~oracle.free_output
    got, magnitude = owed.outputs["output"].numpy(), owed.magnitudes["output"].numpy()
    np.testing.assert_allclose(magnitude[bound], oracle.magnitude[bound], rtol=1e-12)
    assert (np.abs(got - oracle.output)[bound] <= ROUNDING * oracle.magnitude[bound]).all()
    cache = owed.states["kv_cache"]
    assert cache.dtype is arguments["kv_cache"].dtype
    same = torch.from_numpy(oracle.free_cache) | (cache.view(bits_of(cache.dtype)) == oracle.cache)
    assert bool(same.all())


def sizes_of(contract):
    return {axis.name: SIZES[axis.name] for axis in contract.axes}


@pytest.mark.parametrize("name", OPERATORS)
def test_the_reference_is_right_in_every_fixed_case(name):
    contract = OPERATORS[name].contract
    cases = list(fixed_cases(contract, sizes_of(contract)))
    assert len(cases) > 20
    for case in cases:
        compare(name, arguments_of(contract, case), case.axes)


@pytest.mark.parametrize("name", OPERATORS)
@settings(
    max_examples=25, derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
def test_the_reference_is_right_in_drawn_cases(name, data):
    contract = OPERATORS[name].contract
    case = data.draw(every_case(contract))
    compare(name, arguments_of(contract, case), case.axes)
