"""What this process keeps of calls while an order wants it: see :mod:`conformance.capture`.

State of the engine's process, like :mod:`conformance.generation.where`, which says at which place
of a run a call happens. Whoever puts an implementation into an engine tells of its calls, by the
names of the operator's contract.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from conformance.capture.recorder import Recorder
from conformance.catalogue.operators import find_operator, operator_names
from conformance.contract import Contract
from conformance.generation.where import WHERE


class Capturing:
    """Whether calls are kept, and where. One recorder for each folder, so that its limits hold for
    all orders of this process."""

    def __init__(self) -> None:
        self._recorders: dict[str, Recorder] = {}
        self._recorder: Recorder | None = None

    def begin(self, folder: str) -> None:
        """An order begins that wants calls kept in ``folder``; empty: none."""
        self._recorder = None
        if folder:
            self._recorder = self._recorders.setdefault(folder, Recorder(Path(folder)))

    def called(self, operator: str, arguments: Mapping[str, Any]) -> None:
        """A call is about to happen; ``arguments`` are in the order of the operator's contract."""
        if self._recorder is not None:
            step = len(WHERE.steps) - 1
            self._recorder.record(
                operator, arguments, WHERE.phase, WHERE.layer, step if step >= 0 else None
            )

    def called_by_name(self, registered: str, arguments: Sequence[Any]) -> None:
        """A call of ``NAMESPACE::NAME`` is about to happen, with ``arguments`` in order.

        It is kept under the name of the installed operator that says it is registered so; calls of
        what nobody has a contract for are not kept.
        """
        if self._recorder is None:
            return
        contract = _contracts().get(registered)
        if contract is not None and len(arguments) <= len(contract.arguments):
            names = (argument.name for argument in contract.arguments)
            self.called(contract.name, dict(zip(names, arguments, strict=False)))

    def end(self) -> tuple[str, ...]:
        """The order has ended; sentences on calls that could not be kept."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return ()
        left_out = (f"{n} calls not captured: {why}" for why, n in recorder.left_out.items())
        return (*left_out, *filter(None, [recorder.trouble]))


@cache
def _contracts() -> dict[str, Contract]:
    """Contracts by the names under which their operators are registered with torch."""
    operators = [find_operator(name) for name in operator_names()]
    return {name: each.contract for each in operators for name in each.registered}


CAPTURING = Capturing()
