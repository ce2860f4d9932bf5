"""Calls on several streams at once, with other work of the device in between."""

from collections.abc import Callable, Sequence
from typing import Any

import torch

LANES = 4
"""Streams that calls are spread over."""
LONG, SHORT = 16, 1
"""Products of matrices that hold every stream back until all calls are queued, and between two
calls."""


class OtherWork:
    """Copies and products of matrices on a device: what else an engine has there."""

    def __init__(self, device: str) -> None:
        # Sixteen products of 4096 float32 numbers a side take 40 ms on an H100: longer than a
        # host needs to queue some dozens of calls.
        side = 64 if torch.device(device).type == "cpu" else 4096
        self._large = torch.ones((side, side), dtype=torch.float32, device=device)
        self._small = torch.ones((side // 8, side // 8), dtype=torch.float32, device=device)

    def long(self) -> None:
        """Keep the current stream busy for as long as calls are queued."""
        for _ in range(LONG):
            torch.mm(self._large, self._large)

    def short(self) -> None:
        """Some work between two calls."""
        for _ in range(SHORT):
            torch.mm(self._small, self._small)
            self._small.clone()


class Streams:
    """Streams of a device, which keep their place from one use to the next.

    ``module`` is torch's module of the device and ``device`` its name.
    """

    def __init__(self, module: Any, device: str) -> None:
        self._module, self._device = module, device
        # Libraries keep memory for each stream that they have been used on.
        self._streams: list[Any] = []

    def run(self, function: Callable[..., Any], calls: Sequence[Sequence[Any]]) -> list[Any]:
        """The results of ``calls`` (the arguments of each), in order, when all have ended.

        Each call is queued on one of a few streams, which all start at one moment. The floats that
        a call is given are written on its stream directly before it: until then they hold zeros,
        so that a kernel on another stream reads these.
        """
        module, work = self._module, OtherWork(self._device)
        main = module.current_stream()
        self._streams = self._streams or [module.Stream() for _ in range(LANES + 1)]
        busy, *lanes = self._streams
        contents = [[(tensor, tensor.clone()) for tensor in _floats(each)] for each in calls]
        for tensor, _ in (pair for pairs in contents for pair in pairs):
            tensor.zero_()
        busy.wait_stream(main)
        begin = module.Event()
        with module.stream(busy):
            work.long()
            begin.record(busy)
        for lane in lanes:
            lane.wait_stream(main)
            lane.wait_event(begin)
        results = []
        for number, arguments in enumerate(calls):
            with module.stream(lanes[number % len(lanes)]):
                for tensor, values in contents[number]:
                    tensor.copy_(values)
                results.append(function(*arguments))
                work.short()
        # Nothing that was used may be freed for another stream before all have ended.
        for lane in lanes:
            main.wait_stream(lane)
        module.synchronize()
        return results


def _floats(arguments: Sequence[Any]) -> list[torch.Tensor]:
    """The tensors whose numbers are no places in memory, so that zeros do no harm."""
    return [
        each
        for each in arguments
        if isinstance(each, torch.Tensor) and each.is_floating_point() and 0 not in each.stride()
    ]
