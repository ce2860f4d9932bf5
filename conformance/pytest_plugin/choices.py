"""What the options of pytest say, in the words of a configuration."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conformance.events.loading import UsageError
from conformance.events.request import check_given, check_seed
from conformance.events.severity import Severity
from conformance.policy.configuration import Choices
from conformance.policy.nearest import did_you_mean
from conformance.runs.configured import DEFAULT_STORE, Occasion
from conformance.runs.names import check_ids


def occasion_of(option: Any, seed: int, keeps: bool) -> Occasion:
    """What is said this time. ``keeps``: whether failing cases are kept if nobody says where.

    Raises ``ValueError`` and :class:`UsageError` for what makes no sense.
    """
    check_seed(seed)
    return Occasion(choices_of(option), seed, store=DEFAULT_STORE if keeps else None)


def narrowed(occasion: Occasion, subject: str | None, device: str) -> Occasion:
    """The occasion with another subject, and another device if one is named."""
    subjects = () if subject is None else (subject,)
    devices = (device,) if device else occasion.said.devices
    return replace(occasion, said=replace(occasion.said, subjects=subjects, devices=devices))


def choices_of(option: Any) -> Choices:
    """What the options choose."""
    for name in ("subject", "device", "waivers", "check", "skip"):
        for text in getattr(option, f"conformance_{name}"):
            check_given(f"--conformance-{name}", text)
    check_given("--conformance-profile", option.conformance_profile)
    check_given("--conformance-store", option.conformance_store)
    return Choices(
        profile=option.conformance_profile,
        subjects=tuple(dict.fromkeys(option.conformance_subject)),
        devices=tuple(dict.fromkeys(option.conformance_device)),
        checks=tuple(option.conformance_check),
        severity=severities(option.conformance_severity, option.conformance_skip),
        waivers=tuple(option.conformance_waivers),
        shipped_waivers=False if option.conformance_no_shipped_waivers else None,
        store="" if option.conformance_no_store else option.conformance_store,
        settings=settings_of(option.conformance_setting),
        unsupported_ok=True if option.conformance_unsupported_ok else None,
    )


def severities(texts: Sequence[str], skipped: Sequence[str]) -> dict[str, Severity]:
    """What ``ID=LEVEL`` says of each check; the last word on a check counts.

    Raises :class:`UsageError` for a check or a level that does not exist.
    """
    found: dict[str, Severity] = {}
    levels = [str(level) for level in Severity]
    for text in texts:
        check, _, level = text.partition("=")
        if level not in levels:
            hint = did_you_mean(level, levels)
            raise UsageError(
                f"--conformance-severity {text!r}: write ID=LEVEL; levels are "
                f"{', '.join(levels)}{hint}"
            )
        found[check] = Severity(level)
    found |= dict.fromkeys(skipped, Severity.OFF)
    check_ids(list(found))
    return found


def settings_of(texts: Sequence[str]) -> dict[str, str]:
    """``NAME=VALUE`` of each text. Raises ``ValueError`` for one that is none."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise ValueError(f"--conformance-setting {text!r}: write NAME=VALUE, as router=ours")
        found[name] = value
    return found
