"""How many processors there are to use, and how many processes compile on them."""

import os

import pytest

from conformance.policy import cores as module
from conformance.policy.cores import COMPILER_BYTES, compilers, cores


def test_a_process_that_may_use_few_counts_those(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {2, 5, 7}, raising=False)
    assert cores() == 3


def test_where_nobody_can_tell_it_is_one(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    assert cores() == 12


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
