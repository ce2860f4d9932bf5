"""What happens while a kernel is compiled: constants and static assertions. All of it is A."""

from __future__ import annotations

from typing import Any


class constexpr:
    """Marks parameters and names that are constants; arrives in kernels as the plain value."""

    def __init__(self, value: Any):
        self.value = value


class StaticAssertionFailed(AssertionError):
    """A `static_assert` of a kernel does not hold: the kernel cannot be compiled for this call."""


def static_assert(condition: Any, message: str = "") -> None:
    """Raise :class:`StaticAssertionFailed` unless ``condition``."""
    if not condition:
        raise StaticAssertionFailed(f"static_assert failed{': ' if message else ''}{message}")


def static_print(*values: Any, **keywords: Any) -> None:
    """Print while compiling."""
    print(*values, **keywords)
