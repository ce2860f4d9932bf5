"""An operator under examination, from the texts of a user: what is imported, and how it is called.

This runs in the process in which the operator is registered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.case import Case
from conformance.catalogue.devices import Device
from conformance.catalogue.objects import load_object
from conformance.catalogue.operators import find_operator
from conformance.contract import Contract, Promise, narrowed
from conformance.events.request import Registration
from conformance.registrations.calls.calls import Calls
from conformance.registrations.calls.contracted import ContractedCalls
from conformance.registrations.calls.example import (
    Example,
    example_case,
    example_from,
    example_of,
)
from conformance.registrations.calls.implied import ImpliedCalls
from conformance.registrations.calls.search import candidates
from conformance.registrations.effort import Effort
from conformance.registrations.examined import Examined
from conformance.registrations.importing import Imported, imported_twice, importing
from conformance.registrations.registered import Registered, find_registered
from conformance.subjects.names import release_named
from conformance.subjects.promised import promised
from conformance.subjects.released import SubjectUnavailable
from conformance.torch_internals import is_written_in_python

NO_WORDS = "its schema alone does not say how it is called"
GIVE_ONE = "give a call with --example FILE.py:ARGUMENTS, or a contract with --contract"
MACHINE_CODE = (
    "its kernel is machine code, and its schema does not say which calls it takes: a wrong one may "
    "go unnoticed"
)


@dataclass(frozen=True)
class Surroundings:
    """What was imported in this process; each text is imported once."""

    imported: dict[str, Imported] = field(default_factory=dict)

    def importing(self, text: str) -> Imported:
        """See :func:`~conformance.registrations.importing.importing`."""
        if text not in self.imported:
            self.imported[text] = importing(text)
        return self.imported[text]


def opened(
    wanted: Registration, imports: str, device: Device, effort: Effort, surroundings: Surroundings
) -> Examined:
    """The operator, imported; its calls, if a contract or an example says them.

    Raises :class:`~conformance.catalogue.objects.SubjectNotFound`,
    :class:`~conformance.catalogue.objects.SubjectBroken` and what loading a contract raises.
    """
    imported = surroundings.importing(imports) if imports else None
    if imported is not None and imported.device and device.torch_device == "cpu":
        device = load_object(imported.device)()
    registered = find_registered(wanted.operator, device.torch_device)
    contract = _contract(wanted, imports) if wanted.contract else None
    calls = _calls(wanted, registered, contract, imported.examples if imported else "")
    return Examined(
        registered, calls, device, "" if calls else GIVE_ONE, imported, _again(imports), contract,
        effort,
    )  # fmt: skip


def _again(text: str) -> Callable[[], Imported | None] | None:
    """Imports the same once more, where that can be done: files and modules."""
    if not text:
        return None

    def again() -> Imported | None:
        try:
            return imported_twice(text)
        except SubjectUnavailable:
            return None

    return again


def _contract(wanted: Registration, imports: str) -> Contract:
    """The contract, within what the operator promises, and the release if one is imported."""
    operator = find_operator(wanted.contract)
    promise = operator.registered.get(wanted.operator, Promise())
    if release_named(operator, imports):
        promise = promised(operator, imports)
    return narrowed(operator.contract, promise.within, promise.dtypes, promise.without)


def _calls(
    wanted: Registration, registered: Registered, contract: Contract | None, examples: str
) -> Calls | None:
    """``examples`` are those that come with a package: a contract or an example of the user's goes
    before."""
    name = registered.name
    if contract is not None:
        return ContractedCalls(name, contract, registered.names, registered.keyword_only)
    if wanted.example:
        return _varied(registered, example_of(wanted.example, name, registered.arguments))
    if examples and name in (known := load_object(examples)):
        return _varied(registered, example_from(known[name], examples, name, registered.arguments))
    return None


def _varied(registered: Registered, example: Example) -> ImpliedCalls:
    name, arguments = registered.name, registered.arguments
    base, given = example_case(name, arguments, example.values)
    written = frozenset(registered.writes)
    return ImpliedCalls(
        name, arguments, base, given, True, written, example.sizes, example.layouts, example.dtypes
    )


def look_for_calls(examined: Examined) -> str:
    """Try calls that the schema allows, until the kernel answers one; the line of that, or "".

    A kernel that is machine code is not tried.
    """
    registered = examined.registered
    if not is_written_in_python(registered.overload):
        examined.no_calls = f"{MACHINE_CODE}: {GIVE_ONE}"
        return ""
    for case in candidates(registered.name, registered.arguments):
        calls = implied(registered, case)
        try:
            call = calls.build(case, registered.device)
        except ValueError:
            break  # a type for which there is no word
        if examined.run(call).raised is None:
            examined.calls, examined.no_calls = calls, ""
            return str(case)
    examined.no_calls = f"{NO_WORDS}: {GIVE_ONE}"
    return ""


def implied(registered: Registered, base: Case) -> ImpliedCalls:
    """Calls that vary one that was found."""
    written = frozenset(registered.writes)
    return ImpliedCalls(registered.name, registered.arguments, base, {}, False, written)
