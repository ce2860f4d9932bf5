"""What is said of a test that uses the fixture: by its markers, then by the options of pytest."""

import inspect
from collections.abc import Mapping
from typing import Any

import pytest

from conformance import api
from conformance.policy.nearest import did_you_mean
from conformance.pytest_plugin.choices import settings_of, severities

MARKER = "conformance"
_POSITIONAL = ("operator", "subject")
_OF_THE_FIXTURE = ("unsupported_ok",)


def said_for(node: pytest.Item, seed: int) -> dict[str, Any]:
    """Arguments of :func:`conformance.check`; a marker that is nearer to the test counts more.

    Raises ``TypeError`` for a marker that says what there is not.
    """
    said = _of_options(node.config.option)
    said["seed"] = seed
    for mark in reversed(list(node.iter_markers(MARKER))):
        check_options(mark.kwargs)
        if len(mark.args) > len(_POSITIONAL):
            raise TypeError(f"@pytest.mark.{MARKER} takes an operator, a subject, and options")
        said |= {**dict(zip(_POSITIONAL, mark.args, strict=False)), **mark.kwargs}
    return said


def check_options(options: Mapping[str, Any]) -> None:
    """Raise ``TypeError`` for an option that neither :func:`conformance.check` nor the fixture
    has."""
    __tracebackhide__ = True
    known = [*inspect.signature(api.check).parameters, *_OF_THE_FIXTURE]
    for name in options:
        if name not in known:
            raise TypeError(
                f"conformance_check has no {name!r}; it has: {', '.join(known)}"
                f"{did_you_mean(name, known)}"
            )


def _of_options(option: Any) -> dict[str, Any]:
    """What the options of pytest say; what they leave open is left out."""
    found: dict[str, Any] = {
        "profile": option.conformance_profile,
        "checks": option.conformance_check,
        "waivers": option.conformance_waivers,
        "settings": settings_of(option.conformance_setting),
        "severity": severities(option.conformance_severity, option.conformance_skip),
    }
    said = {name: value for name, value in found.items() if value}
    if len(devices := dict.fromkeys(option.conformance_device)) == 1:
        (said["device"],) = devices
    elif devices:
        raise TypeError(
            "--conformance-device is given several times: say which one, "
            "conformance_check(…, device=…)"
        )
    if option.conformance_no_shipped_waivers:
        said["shipped_waivers"] = False
    if option.conformance_unsupported_ok:
        said["unsupported_ok"] = True
    return said
