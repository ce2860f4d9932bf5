"""The ways in which an accelerator calls subjects, beside the plain call."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from conformance.execution.outcome import Outcome
from conformance.execution.ways.emulated import Emulation
from conformance.execution.ways.graph_replay import GraphReplay
from conformance.execution.ways.instructions import reasons_in
from conformance.execution.ways.names import Way
from conformance.execution.ways.streams import Streams
from conformance.execution.ways.traced import TracedCalls
from conformance.triton_launches import compiled_kernels

_BACKENDS = {Way.TRACED: "aot_eager", Way.COMPILED: "inductor"}
"""What torch calls the compiler that gets the graphs."""

Call = Callable[[Callable[..., Any], Sequence[Any], int], Outcome]
"""The plain call of a device: a subject, its arguments, the byte of fresh memory."""


class Ways:
    """Calls subjects in every :class:`Way` that a device has.

    ``call`` is its plain call, in which whatever a subject raises is an answer, and ``unguarded``
    the same with new tensors where torch's allocator puts them. ``module`` is torch's module of the
    device and ``device`` its name.
    """

    def __init__(self, call: Call, unguarded: Call, module: Any, device: str) -> None:
        self._call, self._unguarded = call, unguarded
        self._module = module
        self._graphs = GraphReplay(module)
        self._streams = Streams(module, device)
        self._traced = TracedCalls(device)
        self._emulation = Emulation(device)

    @property
    def names(self) -> tuple[Way, ...]:
        """The ways that there are on this device."""
        graphs = (Way.CAPTURED, Way.REPLAYED) if GraphReplay.is_known_to(self._module) else ()
        traced = (Way.TRACED, Way.COMPILED, Way.AGAIN)
        return (*graphs, *traced, Way.EMULATED, Way.INSPECTED, Way.TOGETHER)

    def call(
        self, way: Way, function: Callable[..., Any], arguments: Sequence[Any], poison: int
    ) -> Outcome:
        """One call. Raises ``ValueError`` for a way that is none of a single call."""
        match way:
            case Way.CAPTURED:
                return self._unguarded(partial(self._graphs.capture, function), arguments, poison)
            case Way.REPLAYED:
                return self._call(lambda *passed: self._graphs.replay(), arguments, poison)
            case Way.TRACED | Way.COMPILED | Way.AGAIN:
                backend = _BACKENDS.get(way)
                outcome = self._unguarded(self._traced.of(function, backend), arguments, poison)
                return replace(outcome, told=self._traced.told(outcome.raised is not None))
            case Way.EMULATED:
                return self._emulation.call(function, arguments, poison)
            case Way.INSPECTED:
                with compiled_kernels() as kernels:
                    outcome = self._call(function, arguments, poison)
                told = {"kernels": len(kernels), "reasons": reasons_in(kernels)}
                return replace(outcome, told=told)
        raise ValueError(f"{way} is no way of one call")

    def together(
        self, function: Callable[..., Any], calls: Sequence[Sequence[Any]], poison: int
    ) -> list[Outcome]:
        """Several calls at once, on streams of their own. If one raises, that is what all did."""
        outcome = self._unguarded(lambda *passed: self._streams.run(function, calls), [], poison)
        return outcome.of_each(len(calls))
