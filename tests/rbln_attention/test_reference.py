"""The contracts' definition says what an independent, slow and obvious one says."""

import pytest
from conformance_kernels.rbln_attention.faults import right

from .cases import FAMILY, case


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("seed", range(3))
def test_the_definition_agrees_with_the_oracle(name, seed):
    case(name, seed=seed).run({name: right(name)})
