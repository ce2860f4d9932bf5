"""Timers of GPUs that torch calls ``cuda``: events on the device's own clock."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.measuring.request import GRAPH, PLAIN
from conformance.measuring.rounds import Sampler
from conformance.measuring.worker.timers import Call, keep_results, repeats
from conformance.torch_internals import let_device_wait

_AHEAD_CYCLES = 100_000
"""Cycles that the device waits while the host hands over a graph: some 50 microseconds."""


class EventTimer:
    """Plain calls one by one, between two events: what takes longer counts, host or device."""

    name = PLAIN

    def sampler(self, calls: Sequence[Call]) -> Sampler:
        keep_results(calls, 2)
        repeat = repeats(self._sample(calls, 1), len(calls))
        return lambda: self._sample(calls, repeat)

    def _sample(self, calls: Sequence[Call], repeat: int) -> float:
        torch.cuda.synchronize()
        return _between(lambda: keep_results(calls, repeat)) / (repeat * len(calls))


class GraphTimer:
    """Replays of a graph that holds the calls: no work of the host is left.

    ``before`` is called before each replay and not measured; to empty the cache, say.
    """

    name = GRAPH

    def __init__(self, before: Callable[[], Any] = lambda: None) -> None:
        self._before = before

    def sampler(self, calls: Sequence[Call]) -> Sampler:
        once = self._replayed(calls, 1)
        once()
        repeat = repeats(once(), len(calls))
        return once if repeat == 1 else self._replayed(calls, repeat)

    def _replayed(self, calls: Sequence[Call], repeat: int) -> Sampler:
        graph = _captured(calls, repeat)

        def sample() -> float:
            self._before()
            torch.cuda.synchronize()
            # The device waits, so that the graph is there when the first event happens.
            let_device_wait(_AHEAD_CYCLES)
            return _between(graph.replay) / (repeat * len(calls))

        sample()
        return sample


def _captured(calls: Sequence[Call], repeat: int) -> torch.cuda.CUDAGraph:
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        keep_results(calls, 1)
    torch.cuda.current_stream().wait_stream(stream)
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream):
        keep_results(calls, repeat)
    return graph


def _between(what: Callable[[], Any]) -> float:
    """Microseconds that the device takes for it."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    begin.record()
    what()
    end.record()
    torch.cuda.synchronize()
    return float(begin.elapsed_time(end)) * 1000
