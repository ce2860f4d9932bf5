"""The plain implementation agrees with the oracle, and writes what it owes."""

import pytest
from conformance_kernels.rbln_attention.implementations.torch_attention import PLAIN

from .cases import case
from .grid import CALLS


@pytest.mark.parametrize(("name", "options"), CALLS)
def test_the_plain_implementation_is_right(name, options):
    case(name, **options).run(PLAIN)


def test_a_chunk_may_be_as_long_as_the_sequence():
    case("flash_causal_attention_naive_prefill", length=12, starts=(0,)).run(PLAIN)
