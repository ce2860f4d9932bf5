"""The CPU as a device on which the kernels of the RBLN compiler are emulated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.lockstep import Undefined
from conformance.run.device import describe
from conformance.run.outcome import Outcome

from .install import VERSION, install
from .session import rebel_session


class _Fresh(Undefined):
    """Sees into registered operators: memory that their Python code allocates counts as well.

    A mode is off while the operator that it intercepts runs, so operators of other namespaces than
    PyTorch's own are sent on to their CPU kernel with the mode on.
    """

    _CPU = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)

    def __torch_dispatch__(
        self, function: Any, types: Any, arguments: tuple = (), keywords: Any = None
    ) -> Any:
        if getattr(function, "namespace", "aten") in ("aten", "prim", "prims"):
            return super().__torch_dispatch__(function, types, arguments, keywords)
        with self:
            return function.redispatch(self._CPU, *arguments, **(keywords or {}))


class EmulatedRebel:
    """The CPU: eager torch as it is, kernels of `rebel` emulated, with their memory report.

    ``rest`` fills the rows that a dynamic load does not deliver. Raises
    :class:`~conformance.rebel_emulation.RealRebelPresent` where the compiler itself is installed.
    """

    kind = "cpu"
    mode = f"cpu, vendor kernels emulated (rebel {VERSION})"

    def __init__(self, rest: float = 0.0) -> None:
        install()
        self._rest = rest

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        fresh = _Fresh(poison=poison)
        with torch.no_grad(), rebel_session(self._rest, fresh) as session:
            try:
                with fresh:
                    result = function(*arguments)
            except (Exception, SystemExit) as error:  # whatever a subject raises is its answer
                return Outcome(
                    raised=describe(error),
                    violations=session.violations,
                    launches=session.launch_count,
                )
            outcome = Outcome(result)
            return Outcome(
                result,
                violations=session.violations,
                launches=session.launch_count,
                written=tuple(
                    fresh.written(tensor) if tensor.layout is torch.strided else None
                    for tensor in outcome.tensors
                ),
            )
