"""How many processes work at a time."""

import pytest

from conformance.policy import cores as module
from conformance.policy.cores import COMPILER_BYTES, compilers, cores


def test_there_is_a_core_to_use():
    assert cores() >= 1


@pytest.mark.parametrize(
    ("memory", "processors", "wanted"),
    [
        (8 << 30, 4, 4),
        (8 << 30, 64, 16),
        (2 * COMPILER_BYTES * 3, 64, 3),
        (2 * COMPILER_BYTES * 3 - 1, 64, 2),
        (1, 64, 1),
    ],
)
def test_compilers_take_at_most_half_of_the_memory(monkeypatch, memory, processors, wanted):
    monkeypatch.setattr(module, "cores", lambda: processors)
    assert compilers(memory) == wanted
