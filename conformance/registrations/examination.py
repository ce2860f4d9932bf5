"""An operator under examination, from the texts of a user: what is imported, and how it is called.

This runs in the process in which the operator is registered.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from conformance.case import Case
from conformance.catalogue.devices import open_device
from conformance.catalogue.operators import find_operator
from conformance.contract import Contract
from conformance.registrations.calls.calls import Calls
from conformance.registrations.calls.contracted import ContractedCalls
from conformance.registrations.calls.example import example_case, example_values
from conformance.registrations.calls.implied import ImpliedCalls
from conformance.registrations.calls.search import candidates
from conformance.registrations.examined import Examined
from conformance.registrations.importing import importing
from conformance.registrations.importing.imported import Imported
from conformance.registrations.registered import Registered, find_registered


@dataclass(frozen=True)
class Wanted:
    """What is examined, as a user says it: the operator (``ns::op``), what registers it, its
    contract and an example of a call; the last three may be empty."""

    operator: str
    imports: str = ""
    contract: str = ""
    example: str = ""
    device: str = "cpu"

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Surroundings:
    """What imports do in this process; each is carried out once."""

    imported: dict[str, Imported]

    def importing(self, text: str) -> Imported:
        if text not in self.imported:
            self.imported[text] = importing(text)
        return self.imported[text]


def opened(wanted: Wanted, surroundings: Surroundings) -> Examined:
    """The operator, imported, with calls if there are any.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound`,
    :class:`~conformance.catalogue.objects.SubjectBroken`,
    :class:`~conformance.catalogue.devices.DeviceUnavailable` and what loading a contract raises.
    """
    imported = surroundings.importing(wanted.imports) if wanted.imports else None
    device = open_device(wanted.device)
    registered = find_registered(wanted.operator, device.torch_device)
    contract = find_operator(wanted.contract).contract if wanted.contract else None
    examined = Examined(
        registered, None, device, "", imported, _again(wanted.imports), contract
    )  # fmt: skip
    examined.calls, examined.no_calls = _calls(wanted, registered, contract, examined)
    return examined


def _again(text: str) -> Callable[[], Imported] | None:
    if not text:
        return None

    def again() -> Imported:
        from conformance.registrations.importing import imported_twice

        return imported_twice(text)

    return again


def _calls(
    wanted: Wanted, registered: Registered, contract: Contract | None, examined: Examined
) -> tuple[Calls | None, str]:
    name, arguments = registered.name, registered.arguments
    written = frozenset(registered.writes)
    if contract is not None:
        return ContractedCalls(contract, registered.names, registered.keyword_only), ""
    if wanted.example:
        base, given = example_case(name, arguments, example_values(wanted.example, name, arguments))
        return ImpliedCalls(name, arguments, base, given, True, written), ""
    base_case = _found(name, arguments, written, examined)
    if base_case is None:
        return None, (
            "its schema alone does not say how it is called: give a call with "
            "--example FILE.py:ARGUMENTS, or a contract"
        )
    return ImpliedCalls(name, arguments, base_case, {}, False, written), ""


def _found(
    name: str, arguments: tuple[object, ...], written: frozenset[str], examined: Examined
) -> Case | None:
    """The first candidate that the kernel answers."""
    for case in candidates(name, arguments):
        calls = ImpliedCalls(name, arguments, case, {}, False, written)
        try:
            call = calls.build(case, examined.registered.device)
        except ValueError:
            return None  # a type for which there is no word
        if examined.run(call).raised is None:
            return case
    return None
