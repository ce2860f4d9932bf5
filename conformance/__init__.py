"""A conformance suite for custom kernels in LLM inference."""

from typing import TYPE_CHECKING, Any

from conformance.version import VERSION

if TYPE_CHECKING:
    from conformance.api import Report, check, replay
    from conformance.pytest_plugin.raised import ConformanceWarning, Nonconformant
    from conformance.subjects.launch import Launch

__all__ = ["ConformanceWarning", "Launch", "Nonconformant", "Report", "check", "replay"]
__version__ = VERSION


def __getattr__(name: str) -> Any:
    if name == "Launch":
        from conformance.subjects.launch import Launch

        return Launch
    if name in ("ConformanceWarning", "Nonconformant"):
        from conformance.pytest_plugin import raised

        return getattr(raised, name)
    if name in __all__:
        from conformance import api

        return getattr(api, name)
    raise AttributeError(f"module 'conformance' has no attribute {name!r}")
