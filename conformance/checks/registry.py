"""The checks themselves, imported."""

from importlib import import_module

from conformance.checks.check import Check
from conformance.checks.listing import FILES, no_such_check

CHECKS: tuple[Check, ...] = tuple(
    import_module(f"conformance.checks.{name}").CHECK for name in FILES
)
"""In the order in which they run."""


def find_check(name: str) -> Check:
    """The check with this id. Raises ``KeyError`` naming the known ones."""
    for check in CHECKS:
        if check.id == name:
            return check
    raise KeyError(no_such_check(name))


__all__ = ["CHECKS", "Check", "find_check"]
