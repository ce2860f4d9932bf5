"""Calls that are captured, and what a replay of them is."""

import traceback
from types import SimpleNamespace

import pytest
import torch

from conformance.execution.ways.graph_replay import WARM_UPS, CaptureRefused, GraphReplay

from ...checks.device.stand_in import NOT_PERMITTED, Module


def test_a_replay_computes_with_what_the_arguments_hold_now():
    graphs, x = GraphReplay(Module()), torch.tensor([1.0, 2.0])
    graphs.capture(lambda x: x * 10, x)
    x.copy_(torch.tensor([5.0, 6.0]))
    assert graphs.replay().tolist() == [50.0, 60.0]
    x.fill_(7)
    assert graphs.replay().tolist() == [70.0, 70.0]


def test_a_number_of_the_host_stays_as_it_was():
    graphs, x = GraphReplay(Module()), torch.tensor([1.0])
    scale = [2.0]
    graphs.capture(lambda x: x * scale[0], x)
    scale[0] = 3.0
    assert graphs.replay().tolist() == [2.0]


def test_a_state_is_written_by_every_replay():
    graphs, total = GraphReplay(Module()), torch.zeros(1)
    graphs.capture(lambda total: total.add_(1), total)
    total.zero_()
    graphs.replay()
    assert graphs.replay().tolist() == [2.0] == total.tolist()


def test_the_call_is_warmed_up_before_it_is_captured():
    module, seen = Module(), []
    graphs = GraphReplay(module)
    graphs.capture(lambda: seen.append(module.is_current_stream_capturing()))
    assert seen == [False] * WARM_UPS + [True]


def test_waiting_for_the_device_is_refused_with_the_line_that_waits():
    with pytest.raises(CaptureRefused, match=NOT_PERMITTED) as refused:
        GraphReplay(Module()).capture(lambda x: x * x.sum().item(), torch.ones(2))
    frames = traceback.extract_tb(refused.value.__traceback__)
    assert any("x.sum().item()" in (frame.line or "") for frame in frames[1:])


def test_what_a_plain_call_raises_is_raised_as_it_is():
    with pytest.raises(ZeroDivisionError):
        GraphReplay(Module()).capture(lambda: 1 / 0)


def test_the_end_of_a_broken_capture_does_not_hide_how_it_broke():
    class Ending(Module):
        def graph(self, graph):
            return Broken()

    class Broken:
        def __enter__(self):
            pass

        def __exit__(self, *exception):
            raise RuntimeError("operation failed due to a previous error during capture")

    calls = []

    def third(x):
        calls.append(x)
        if len(calls) > WARM_UPS:
            raise ValueError("the first reason\nand more")

    with pytest.raises(CaptureRefused, match=r"^ValueError: the first reason$"):
        GraphReplay(Ending()).capture(third, 1)


def test_a_module_without_graphs_is_known():
    assert GraphReplay.is_known_to(Module())
    assert not GraphReplay.is_known_to(SimpleNamespace(Stream=object))
