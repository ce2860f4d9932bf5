"""The machine and the packages that a run's result depends on; imports none of them."""

import os
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


def working_folder() -> str | None:
    """The folder to start a process in: None for this process's own, the root if that is gone.

    In a folder that was removed MKL, and so torch, ends the process.
    """
    try:
        os.getcwd()
    except OSError:
        return os.path.abspath(os.sep)
    return None
