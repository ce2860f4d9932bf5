"""Does the import leave everything else as it was?

An import that sets the default dtype, a flag of torch, a variable of the environment, a signal's
handler or the seed changes what other code computes, far away and without a word.
"""

from conformance.case import Case
from conformance.checks.registration.check import RegistrationCheck, once
from conformance.events.finding import Finding, Kind
from conformance.registrations.examined import Examined
from conformance.registrations.importing.imported import Changed

HARMLESS = (
    "sys.modules", "warnings.filters", "logging", "environ.added", "builtins", "sys.path.added",
    "random", "numpy.random", "torch.patched",
)  # fmt: skip
"""Ids of changes that are told nowhere: what nearly every import does, or nobody relies on."""


def _lacks(examined: Examined) -> str | None:
    return None if examined.imported is not None else "nothing is imported for it"


def _decide(examined: Examined, case: Case) -> list[Finding]:
    imported = examined.imported
    assert imported is not None
    return [
        Finding(
            f"{change.id} {change.name}".strip(),
            f"importing {imported.text} changes it",
            change.after,
            change.before,
            kind=Kind.CHANGED,
            cause=change.id,
        )
        for change in imported.changed
        if is_harmful(change)
    ]


def is_harmful(change: Changed) -> bool:
    """Whether other code computes or behaves otherwise after such a change."""
    return not change.id.startswith(HARMLESS)


CHECK = RegistrationCheck(
    "imports", "Does the import leave everything else as it was?", _decide, once, _lacks
)
