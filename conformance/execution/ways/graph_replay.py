"""A call that is captured into a graph of the device, and replayed."""

from collections.abc import Callable
from typing import Any

WARM_UPS = 3
"""Calls before the one that is captured: kernels are compiled and tuned in them, memory is taken.
PyTorch's documentation of CUDA graphs asks for a few, on a side stream."""


class CaptureRefused(Exception):
    """A call that works cannot be captured; the message is what the device or torch says."""


class GraphReplay:
    """Captures calls and replays the last one. ``module`` is torch's module of the device.

    A replay launches what was captured, on the memory that was captured: arguments must be
    written in place, and the result of every replay is the same tensors.
    """

    def __init__(self, module: Any) -> None:
        self._module = module
        self._graph: Any = None
        self._result: Any = None

    @staticmethod
    def is_known_to(module: Any) -> bool:
        """Whether torch captures graphs of this kind of device."""
        return hasattr(module, "CUDAGraph") and hasattr(module, "graph")

    def capture(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """The result of a captured call: tensors that hold nothing before the first replay.

        Raises what the subject raises in a call that is not captured, and :class:`CaptureRefused`.
        """
        self._graph = self._result = None
        module = self._module
        side = module.Stream()
        side.wait_stream(module.current_stream())
        with module.stream(side):
            for _ in range(WARM_UPS):
                function(*arguments)
        module.current_stream().wait_stream(side)
        module.synchronize()
        graph, broken = module.CUDAGraph(), []
        try:
            with module.graph(graph):
                try:
                    result = function(*arguments)
                except Exception as error:
                    broken.append(error)
                    raise
        except Exception as error:
            # Ending a capture that is broken raises another exception.
            first = broken[0] if broken else error
            said = str(first).partition("\n")[0] or "no message"
            refused = CaptureRefused(f"{type(first).__name__}: {said}")
            raise refused.with_traceback(first.__traceback__) from None
        self._graph, self._result = graph, result
        return result

    def replay(self) -> Any:
        """The result of the captured call after one replay of its graph."""
        assert self._graph is not None, "a call is captured first"
        self._graph.replay()
        return self._result
