"""Calls inside of `torch.compile`."""

from collections.abc import Callable, Mapping
from typing import Any


class TracedCalls:
    """Calls one subject through `torch.compile`, so that sizes become dynamic from call to call.

    ``device`` is where tensors are.
    """

    def __init__(self, device: str) -> None:
        self._device, self._backend = device, ""
        self._call: Any = None

    def of(self, function: Callable[..., Any], backend: str | None) -> Callable[..., Any]:
        """``function`` inside of `torch.compile`, compiled anew by ``backend``, or as the last time
        (None). What wraps it for the suite is left out.
        """
        from conformance.torch_compiled import CompiledCall  # takes seconds

        if backend is not None or self._call is None:
            self._backend = backend or "eager"
            self._call = CompiledCall(getattr(function, "of_subject", function), self._backend)
        call: Callable[..., Any] = self._call
        return call

    def told(self, raised: bool) -> Mapping[str, Any]:
        """What is to be said of the last call: graphs, why they break, what torch computes itself;
        after a call that ``raised``, why nothing can be compiled here, if that is so."""
        from conformance.torch_compiled import lacks_compiler

        call = self._call
        return {
            "graphs": call.graphs,
            "broken": call.broken,
            "arithmetic": sorted(call.arithmetic),
            "unavailable": lacks_compiler(self._backend, self._device) if raised else "",
        }
