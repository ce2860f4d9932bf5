"""An operator that is being examined: itself, where its calls come from, and the device."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from conformance.case import Case
from conformance.catalogue.devices import Device
from conformance.contract import Contract
from conformance.events.verdict import NotSupported
from conformance.registrations.calls.call import Call
from conformance.registrations.calls.calls import Calls
from conformance.registrations.effort import Effort
from conformance.registrations.importing.imported import Imported
from conformance.registrations.ran import Ran, run
from conformance.registrations.registered import Registered
from conformance.registrations.stored import bytes_of, same_bytes


class CallRefused(NotSupported):
    """The operator does not take this call, or nothing can be said of it: another one may do."""


@dataclass
class Examined:
    """What a check of a registration gets.

    ``imported`` says what the documented import registered and changed (None if nothing had to be
    imported); ``imports_again`` imports the same once more (None: it cannot) and says what was
    replaced; ``contract`` is what the operator is documented to take, if somebody says it.
    """

    registered: Registered
    calls: Calls | None
    device: Device
    no_calls: str = ""
    """Why there are no calls."""
    imported: Imported | None = None
    imports_again: Callable[[], Imported | None] | None = None
    contract: Contract | None = None
    effort: Effort = field(default_factory=Effort)
    known: dict[Any, Any] = field(default_factory=dict)
    """What checks have found out and need not find out again."""

    def build(self, case: Case) -> Call:
        """The arguments of a case, in memory of their own."""
        assert self.calls is not None
        return self.calls.build(case, self.registered.device)

    def run(self, call: Call, poison: int = 0) -> Ran:
        """Call the real kernel."""
        return run(self.registered, self.device, call, poison)

    def run_eagerly(self, call: Call, poison: int = 0) -> Ran:
        """Call it as users do, where a device has kernels that only run when they are compiled."""
        return run(self.registered, getattr(self.device, "eager", self.device), call, poison)

    def answered(self, case: Case) -> tuple[Call, Ran]:
        """A call of a case that the real kernel takes, and what came of it.

        Raises :class:`CallRefused` if it raises.
        """
        call = self.build(case)
        ran = self.run(call)
        if ran.raised is not None:
            raise CallRefused(f"the operator refuses the call: {ran.why}")
        return call, ran

    def accepted(self, cases: Iterator[Case] | list[Case]) -> Iterator[Case]:
        """Those of the cases that the real kernel takes."""
        for case in cases:
            key = "taken", str(replace(case, check="any"))
            if key not in self.known:
                self.known[key] = self.run(self.build(case)).raised is None
            if self.known[key]:
                yield case

    def sized(self) -> list[Case]:
        """Calls of several sizes that the operator takes, the usual one first."""
        assert self.calls is not None
        if "sized" not in self.known:
            usual = self.calls.usual("any")
            found = list(self.accepted([usual, *self.calls.sizes("any")]))
            self.known["sized"] = found
        return list(self.known["sized"])

    def varying(self) -> frozenset[tuple[str, int]]:
        """The dimensions (tensor, axis from the end) that the operator takes in several sizes."""
        if "varying" not in self.known:
            seen: dict[tuple[str, int], set[int]] = {}
            for case in self.sized():
                for name, tensor in self.build(case).tensors.items():
                    for place, size in enumerate(reversed(tensor.shape)):
                        seen.setdefault((name, -1 - place), set()).add(size)
            self.known["varying"] = frozenset(d for d, sizes in seen.items() if len(sizes) > 1)
        found: frozenset[tuple[str, int]] = self.known["varying"]
        return found

    def is_stable(self, case: Case) -> bool:
        """Whether two equal calls give the same bits, all of them written.

        Where they do not, no value is compared: ``eager`` says what is wrong.
        """
        key = "stable", str(replace(case, check="any"))
        if key not in self.known:
            self.known[key] = self._stable(case)
        return bool(self.known[key])

    def _stable(self, case: Case) -> bool:
        calls = [self.build(case), self.build(case)]
        ran = [self.run_eagerly(calls[0], 0x35), self.run_eagerly(calls[1], 0xCA)]
        if any(each.raised for each in ran) or len(ran[0].tensors) != len(ran[1].tensors):
            return False
        if any(each is not None and bool(each.any()) for each in ran[0].unwritten):
            return False
        pairs = zip(ran[0].tensors, ran[1].tensors, strict=True)
        if not all(same_bytes(a, b) for a, b in pairs):
            return False
        return all(
            bool((bytes_of(a) == bytes_of(b)).all())
            for a, b in zip(calls[0].tensors.values(), calls[1].tensors.values(), strict=True)
        )
