"""The machine and the packages that a run's result depends on; imports none of them."""

import platform
from importlib.metadata import PackageNotFoundError, version

from conformance.version import VERSION

PACKAGES = ("torch", "triton", "numpy", "hypothesis")
"""Packages that decide about results."""


def versions() -> dict[str, str]:
    """Versions of the suite, of Python, of the machine's architecture and of :data:`PACKAGES`."""
    found = {
        "conformance": VERSION,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }
    for distribution in PACKAGES:
        try:
            found[distribution] = version(distribution)
        except PackageNotFoundError:
            found[distribution] = "not installed"
    return found


def host() -> str:
    """The name of this machine."""
    return platform.node()
