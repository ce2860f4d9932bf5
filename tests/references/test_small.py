"""The references of the small operators say what oracles say that go number by number."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.catalogue.operators import find_operator

from .asked import arguments_of, ask, every_case, fixed_cases
from .small import ORACLES, SIZES

ROUNDING = 1e-13


def compare(name, arguments, axes):
    """Assert that the reference owes exactly what the oracle does, and opens nothing."""
    contract = find_operator(name).contract
    owed, wanted = ask(contract, axes, arguments).owed, ORACLES[name](arguments)
    assert not owed.open and not owed.groups
    assert set(owed.magnitudes) == set(wanted.magnitudes)
    for which, magnitude in wanted.magnitudes.items():
        got = owed.magnitudes[which].expand(magnitude.shape).numpy()
        np.testing.assert_allclose(got, magnitude, rtol=ROUNDING)
    found = {**owed.outputs, **owed.states}
    assert len(found) == len(wanted.outputs)
    sizes = {which: owed.magnitudes.get(which) for which in owed.outputs}
    for (which, tensor), each in zip(found.items(), wanted.outputs, strict=True):
        if which in owed.states:
            assert tensor.dtype is arguments[which].dtype
            np.testing.assert_array_equal(tensor.double().numpy(), each)
            continue
        assert tensor.dtype is torch.float64 and tuple(tensor.shape) == each.shape
        size = np.nan_to_num(np.abs(each)) if sizes[which] is None else sizes[which].numpy()
        both = np.isfinite(each)
        np.testing.assert_array_equal(tensor.numpy()[~both], each[~both])
        near = np.abs(tensor.numpy()[both] - each[both]) <= ROUNDING * np.abs(size)[both] + 1e-300
        assert near.all()


@pytest.mark.parametrize("name", ORACLES)
def test_the_reference_is_right_in_every_fixed_case(name):
    contract = find_operator(name).contract
    cases = list(fixed_cases(contract, SIZES[name]))
    assert len(cases) > 3
    for case in cases:
        compare(name, arguments_of(contract, case), case.axes)


@pytest.mark.parametrize("name", ORACLES)
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
@given(data=st.data())
def test_the_reference_is_right_in_drawn_cases(name, data):
    contract = find_operator(name).contract
    case = data.draw(every_case(contract))
    compare(name, arguments_of(contract, case), case.axes)
