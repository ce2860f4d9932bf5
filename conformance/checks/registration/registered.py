"""Is the operator there after the documented import, and because of it?

The import runs in a fresh process. An operator that is there before it was registered by something
else: whoever relies on the import works by chance. The import may not replace operators or kernels
that are there, and a second import of the same code must not silently put something else in the
place of its own: then the last one to come decides what every caller gets.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, once
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import Examined
from conformance.registrations.importing.imported import Replaced
from conformance.registrations.registered import find_registered


def _lacks(examined: Examined) -> str | None:
    return None if examined.imported is not None else "nothing is imported for it"


def _decide(examined: Examined, case: Case) -> list[Finding]:
    imported, name = examined.imported, examined.registered.name
    assert imported is not None
    findings = []
    if _is_in(name, imported.present_before):
        message = "it is registered before the documented import"
        findings.append(Finding(name, message, kind=Kind.OTHER, cause="before"))
    elif not _is_in(name, imported.operators):
        message = f"importing {imported.text} does not register it"
        findings.append(Finding(name, message, kind=Kind.OTHER, cause="missing"))
    replaced = [each for each in imported.replaced if _concerns(each, name) and not each.refused]
    if replaced:
        message = "the import silently replaces what was registered before"
        findings.append(_of(name, message, replaced[0], "replaced"))
    if not findings and examined.imports_again is not None:
        second = examined.imports_again()
        # ``custom_op`` and ``triton_op`` free the operator that they replace: its handle dangles.
        examined.registered = find_registered(name, examined.registered.device)
        again = [each for each in second.replaced if _concerns(each, name)] if second else []
        own = imported.registered.get(name, "")
        # The same line registers the same once more: nobody gets anything else.
        if silent := [each for each in again if not each.refused and each.after != own]:
            message = "a second import of the same code silently replaces it"
            findings.append(_of(name, message, silent[0], "again"))
    return findings


def _of(name: str, message: str, replaced: Replaced, cause: str) -> Finding:
    got = f"{replaced.what}: {replaced.before or '?'}, then {replaced.after or '?'}"
    return Finding(name, message, got, "an error, or the first one stays", cause=cause)


def _is_in(name: str, names: tuple[str, ...]) -> bool:
    return name in names or name.removesuffix(".default") in names


def _concerns(replaced: Replaced, name: str) -> bool:
    return replaced.operator.removesuffix(".default") == name.removesuffix(".default")


CHECK = RegistrationCheck(
    "registered", "Is it there after the documented import, and because of it?",
    _decide, once, _lacks,
)  # fmt: skip
