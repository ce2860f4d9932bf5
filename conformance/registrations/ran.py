"""A call of the real kernel, and what it did to memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from conformance.catalogue.devices import Device
from conformance.execution.raised import Raised
from conformance.registrations.calls.call import Call
from conformance.registrations.registered import Registered
from conformance.registrations.stored import Changed, changes, snapshot
from conformance.torch_internals import tensors_in


@dataclass(frozen=True)
class Ran:
    """What came of a call: results, or the exception, and which storages hold other bytes now.

    ``unwritten`` says for each tensor among the results which elements nobody wrote, as far as the
    device can tell.
    """

    result: Any = None
    raised: Raised | None = None
    changed: Mapping[str, Changed] = field(default_factory=dict)
    unwritten: tuple[torch.Tensor | None, ...] = ()

    @property
    def why(self) -> str:
        """The exception on one line, without the tables that torch adds."""
        assert self.raised is not None
        first = self.raised.message.strip().partition("\n")[0][:300]
        place = f" ({self.raised.place})" if self.raised.place else ""
        return f"{self.raised.type}: {first}{place}"

    @property
    def tensors(self) -> tuple[torch.Tensor, ...]:
        """The tensors among the results, those in lists as well."""
        return tuple(tensors_in(self.result))


def run(registered: Registered, device: Device, call: Call, poison: int = 0) -> Ran:
    """Call the operator; fresh memory holds the byte ``poison``."""
    tensors = call.tensors
    before = snapshot(tensors)
    positional, keywords = call.passed

    def called(*arguments: Any) -> Any:
        return registered.overload(*arguments, **keywords)

    outcome = device.call(called, positional, poison)
    if outcome.raised is not None:
        return Ran(raised=outcome.raised)
    written = outcome.written or (None,) * len(outcome.tensors)
    unwritten = tuple(None if each is None else ~each for each in written)
    return Ran(outcome.result, None, changes(tensors, before), unwritten)
