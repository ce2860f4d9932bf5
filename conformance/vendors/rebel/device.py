"""The CPU as a device on which the kernels of the RBLN compiler are emulated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from conformance.execution.outcome import Outcome
from conformance.execution.watched import watched
from conformance.memory.undefined import Undefined
from conformance.vendors.rebel.install import VERSION, install
from conformance.vendors.rebel.watching.session import rebel_session


class EmulatedRebel:
    """The CPU: eager torch as it is, kernels of `rebel` emulated, with their memory report.

    ``rest`` fills the rows that a dynamic load does not deliver. Without ``runs`` kernels are built
    and not run. Raises
    :class:`~conformance.vendors.rebel.RealRebelPresent` where the compiler itself is installed.
    """

    torch_device = "cpu"
    mode = f"cpu, vendor kernels emulated (rebel {VERSION})"

    def __init__(self, rest: float = 0.0, runs: bool = True) -> None:
        install()
        self._rest, self._runs = rest, runs

    @property
    def eager(self) -> EmulatedRebel:
        """The device as an eager call finds it: the vendor's compiler builds a kernel then, and
        does not run it."""
        return EmulatedRebel(self._rest, runs=False)

    def call(self, function: Callable[..., Any], arguments: Sequence[Any], poison: int) -> Outcome:
        fresh = Undefined(poison=poison)
        with torch.no_grad(), rebel_session(self._rest, fresh, self._runs) as session, fresh:
            return watched(function, arguments, session, fresh.written)
