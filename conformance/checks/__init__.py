"""The checks, one file a question. What they are called can be had without importing them."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.checks.check import Check
    from conformance.checks.registry import (
        CHECKS,
        DEVICE_CHECKS,
        OF_CAPTURED_CALLS,
        SLOW_DEVICE_CHECKS,
        checks_of,
        find_check,
    )

__all__ = [
    "CHECKS",
    "DEVICE_CHECKS",
    "OF_CAPTURED_CALLS",
    "SLOW_DEVICE_CHECKS",
    "Check",
    "checks_of",
    "find_check",
]


def __getattr__(name: str) -> Any:
    # A check imports torch and Hypothesis; fronts that only show names do without.
    if name in __all__:
        from conformance.checks import registry

        return getattr(registry, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
