"""The checks of contracts themselves, imported."""

from importlib import import_module

from conformance.checks.check import Check
from conformance.checks.listing import (
    DEVICE_FILES,
    FILES,
    FILES_OF_CAPTURED_CALLS,
    GENERATION_FILES,
    SLOW_DEVICE_FILES,
    no_such_check,
)
from conformance.contract import Contract


def _imported(names: tuple[str, ...]) -> tuple[Check, ...]:
    return tuple(import_module(f"conformance.checks.{name}").CHECK for name in names)


CHECKS = _imported(FILES)
"""Those of kernels, in the order in which they run."""

OF_CAPTURED_CALLS = _imported(FILES_OF_CAPTURED_CALLS)
"""Those of kernels that are asked only where there are captured calls."""

DEVICE_CHECKS = _imported(DEVICE_FILES)
"""Those of kernels that are asked only where they are compiled for a device."""

SLOW_DEVICE_CHECKS = _imported(SLOW_DEVICE_FILES)
"""Those of them that are asked only by their names."""

GENERATION_CHECKS = _imported(GENERATION_FILES)
"""Those of engines that generate, in the order in which they run."""


def checks_of(contract: Contract) -> tuple[Check, ...]:
    """The checks that a contract can be asked, in order."""
    return GENERATION_CHECKS if contract.asks == "generation" else CHECKS


def find_check(name: str) -> Check:
    """The check with this id. Raises ``KeyError`` naming the known ones."""
    devices = (*DEVICE_CHECKS, *SLOW_DEVICE_CHECKS)
    for check in (*CHECKS, *devices, *OF_CAPTURED_CALLS, *GENERATION_CHECKS):
        if check.id == name:
            return check
    raise KeyError(no_such_check(name))


__all__ = [
    "CHECKS",
    "DEVICE_CHECKS",
    "GENERATION_CHECKS",
    "OF_CAPTURED_CALLS",
    "SLOW_DEVICE_CHECKS",
    "Check",
    "checks_of",
    "find_check",
]
