"""How many processors there are to use."""

import os

from conformance.policy.cores import cores


def test_a_process_that_may_use_few_counts_those(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {2, 5, 7}, raising=False)
    assert cores() == 3


def test_where_nobody_can_tell_it_is_one(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1
    monkeypatch.setattr(os, "cpu_count", lambda: 12)
    assert cores() == 12
