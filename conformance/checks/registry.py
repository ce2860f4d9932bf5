"""The checks themselves, imported."""

from importlib import import_module

from conformance.checks.check import Check
from conformance.checks.listing import FILES, FILES_OF_CAPTURED_CALLS, no_such_check


def _imported(names: tuple[str, ...]) -> tuple[Check, ...]:
    return tuple(import_module(f"conformance.checks.{name}").CHECK for name in names)


CHECKS = _imported(FILES)
"""In the order in which they run."""
OF_CAPTURED_CALLS = _imported(FILES_OF_CAPTURED_CALLS)
"""Asked only where there are captured calls."""


def find_check(name: str) -> Check:
    """The check with this id. Raises ``KeyError`` naming the known ones."""
    for check in (*CHECKS, *OF_CAPTURED_CALLS):
        if check.id == name:
            return check
    raise KeyError(no_such_check(name))


__all__ = ["CHECKS", "OF_CAPTURED_CALLS", "Check", "find_check"]
