"""Calls on several streams: where they run, and what they find."""

import pytest
import torch

from conformance.execution.ways.streams import LANES, Streams

from ...checks.device.stand_in import Module


def test_results_come_in_the_order_of_the_calls_each_of_its_own_contents():
    calls = [(torch.full((3,), float(n)),) for n in range(10)]
    results = Streams(Module(), "cpu").run(lambda x: x * 2, calls)
    assert [each.tolist() for each in results] == [[2.0 * n] * 3 for n in range(10)]


def test_arguments_hold_what_the_calls_left_in_them():
    calls = [(torch.full((2,), float(n)), torch.tensor([n])) for n in range(LANES + 1)]

    def add(x, count):
        x += 1
        count += 1
        return x

    Streams(Module(), "cpu").run(add, calls)
    assert [x.tolist() for x, _ in calls] == [[n + 1.0] * 2 for n in range(LANES + 1)]
    assert [count.tolist() for _, count in calls] == [[n + 1] for n in range(LANES + 1)]


def test_what_runs_on_the_default_stream_reads_what_was_there_before():
    module = Module()

    def elsewhere(x):
        with module.stream(module.default_stream()):
            return x + 1

    (result,) = Streams(module, "cpu").run(elsewhere, [(torch.full((2,), 5.0),)])
    assert result.tolist() == [1.0, 1.0]


def test_memory_that_calls_share_is_overwritten_in_between():
    shared = torch.empty(2)
    calls = [(torch.full((2,), float(n)),) for n in range(LANES)]
    results = Streams(Module(), "cpu").run(lambda x: shared.copy_(x) + 0, calls)
    assert [each.tolist() for each in results] != [[float(n)] * 2 for n in range(LANES)]


def test_an_exception_of_a_call_is_raised():
    with pytest.raises(ZeroDivisionError):
        Streams(Module(), "cpu").run(lambda x: 1 / 0, [(torch.ones(1),)])


def test_places_in_memory_are_never_zeroed():
    seen = []
    index = torch.tensor([3, 1])
    Streams(Module(), "cpu").run(lambda x, i: seen.append(i.clone()), [(torch.ones(1), index)])
    assert seen[0].tolist() == [3, 1]
