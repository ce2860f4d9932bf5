"""What the options of a command say, in the words of a configuration."""

import argparse

from conformance.cli.engine_options import settings_of
from conformance.cli.values import device_of
from conformance.events.severity import Severity
from conformance.policy.configuration import (
    Choices,
    ChosenLimits,
    Configuration,
    configuration_for,
    read_file,
)


def configuration_of(options: argparse.Namespace) -> Configuration:
    """The configuration that is named, or that of the project. Raises ``ValueError``."""
    if getattr(options, "no_configuration", False):
        return Configuration()
    named = getattr(options, "configuration", None)
    return read_file(named) if named else configuration_for()


def chosen_limits(options: argparse.Namespace) -> ChosenLimits:
    """The limits that are said."""
    return ChosenLimits(options.call_seconds, options.load_seconds, options.memory)


def choices_of(options: argparse.Namespace) -> Choices:
    """What is said this time."""
    subject = getattr(options, "subject", None)
    said: dict[str, Severity] = dict(getattr(options, "severity", ()))
    said |= dict.fromkeys(getattr(options, "skip", ()), Severity.OFF)
    store = "" if options.no_store else None if options.store is None else str(options.store)
    device = device_of(options)
    return Choices(
        profile=options.profile,
        subjects=() if subject is None else (subject,),
        devices=() if device is None else (device,),
        checks=tuple(options.check),
        severity=said,
        limits=chosen_limits(options),
        waivers=tuple(str(path) for path in options.waivers),
        shipped_waivers=False if options.no_shipped_waivers else None,
        store=store,
        targets=tuple(getattr(options, "targets", None) or ()),
        settings=settings_of(options),
        fail_fast=True if options.fail_fast else None,
        unsupported_ok=True if options.unsupported_ok else None,
        jobs=options.jobs,
    )
