"""Calls inside of `torch.compile`."""

from collections.abc import Callable, Mapping
from typing import Any


class TracedCalls:
    """Calls one subject through `torch.compile`, so that sizes become dynamic from call to call.

    ``backend`` is torch's name of the compiler, ``device`` where tensors are.
    """

    def __init__(self, backend: str, device: str) -> None:
        self._backend, self._device = backend, device
        self._call: Any = None
        self._lack: str | None = None

    def of(self, function: Callable[..., Any], anew: bool) -> Callable[..., Any]:
        """``function`` inside of `torch.compile`, compiled ``anew`` or as the last time.

        What wraps it for the suite is left out.
        """
        from conformance.torch_compiled import CompiledCall  # takes seconds

        if anew or self._call is None:
            self._call = CompiledCall(getattr(function, "of_subject", function), self._backend)
        call: Callable[..., Any] = self._call
        return call

    def told(self, raised: bool) -> Mapping[str, Any]:
        """What is to be said of the last call: graphs, why they break, what torch computes itself;
        after a call that ``raised``, why nothing can be compiled here, if that is so."""
        from conformance.torch_compiled import lacks_compiler

        call = self._call
        if raised and self._lack is None:
            self._lack = lacks_compiler(self._backend, self._device)
        return {
            "graphs": call.graphs,
            "broken": call.broken,
            "arithmetic": sorted(call.arithmetic),
            "unavailable": self._lack if raised else "",
        }
