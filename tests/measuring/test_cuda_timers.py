"""The clock of the device: a graph has no work of the host in it."""

import pytest
import torch

from conformance.measuring.statistics import median

if not torch.cuda.is_available():
    pytest.skip("torch finds no cuda device", allow_module_level=True)

from conformance.measuring.worker.cuda_timers import EventTimer, GraphTimer
from conformance.measuring.worker.floors import floors

MEGABYTES = 256 << 20


def times(timer, calls):
    sampler = timer.sampler(calls)
    return median([sampler() for _ in range(9)])


def test_long_work_takes_as_long_in_a_graph_as_one_by_one():
    x = torch.zeros(MEGABYTES, dtype=torch.uint8, device="cuda")
    calls = [lambda: x.add_(1)]
    graph, plain = times(GraphTimer(), calls), times(EventTimer(), calls)
    assert graph == pytest.approx(plain, rel=0.2)
    assert MEGABYTES * 2 / graph / 1e6 < 10, "no card moves 10 TB/s"


def test_short_work_in_a_graph_has_no_work_of_the_host():
    x = torch.zeros(16, device="cuda")
    calls = [lambda: x.add_(1)] * 8
    assert times(GraphTimer(), calls) < times(EventTimer(), calls) / 2


def test_reading_is_faster_than_copying_and_a_launch_faster_than_both():
    found = {}
    for floor in floors("cuda", MEGABYTES, 1 << 20):
        ways = [times(GraphTimer(), [make(())]) for make in floor.ways.values()]
        found[floor.name] = min(ways)
    assert found["launch"] < found["bandwidth"] < found["copy"]
