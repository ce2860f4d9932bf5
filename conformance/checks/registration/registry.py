"""The checks of registrations themselves, imported."""

from importlib import import_module

from conformance.checks.listing import REGISTRATION_FILES, no_such_check
from conformance.checks.registration.check import RegistrationCheck

REGISTRATION_CHECKS: tuple[RegistrationCheck, ...] = tuple(
    import_module(f"conformance.checks.{name}").CHECK for name in REGISTRATION_FILES
)
"""In the order in which they run."""


def find_registration_check(name: str) -> RegistrationCheck:
    """The check with this id. Raises ``KeyError`` naming the known ones."""
    for check in REGISTRATION_CHECKS:
        if check.id == name:
            return check
    raise KeyError(no_such_check(name))
