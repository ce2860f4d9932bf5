"""What the options of a command say, in the words of a configuration."""

import argparse
from dataclasses import replace

from conformance.cli.options.engine import settings_of
from conformance.cli.options.values import device_of
from conformance.events.severity import Severity
from conformance.policy.configuration import (
    Choices,
    ChosenLimits,
    Configuration,
    ConfiguredOperator,
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


def configured(options: argparse.Namespace, name: str) -> ConfiguredOperator:
    """What is asked of an operator, as the project configures it and as it is said this time."""
    asked = configuration_of(options).asked_of(name)
    return replace(
        asked,
        contract=getattr(options, "contract", None) or asked.contract,
        imports=getattr(options, "imports", None) or asked.imports,
        example=getattr(options, "example", None) or asked.example,
        choices=choices_of(options).over(asked.choices),
    )


def only_subject(asked: ConfiguredOperator) -> str | None:
    """The subject that is said or configured; None for the operator's own.

    Raises ``ValueError`` if several are configured and none is said.
    """
    subjects = asked.choices.subjects
    if len(subjects) > 1:
        raise ValueError(f"{asked.name} has several subjects, {', '.join(subjects)}: name one")
    return subjects[0] if subjects else None


def choices_of(options: argparse.Namespace) -> Choices:
    """What is said this time, by the options that the command has."""
    subject = getattr(options, "subject", None)
    said: dict[str, Severity] = dict(getattr(options, "severity", ()))
    said |= dict.fromkeys(getattr(options, "skip", ()), Severity.OFF)
    folder = getattr(options, "store", None)
    device = device_of(options)
    return Choices(
        profile=getattr(options, "profile", None),
        subjects=() if subject is None else (subject,),
        devices=() if device is None else (device,),
        checks=tuple(getattr(options, "check", ())),
        severity=said,
        limits=chosen_limits(options),
        waivers=tuple(str(path) for path in getattr(options, "waivers", ())),
        shipped_waivers=False if getattr(options, "no_shipped_waivers", False) else None,
        store="" if getattr(options, "no_store", False) else folder and str(folder),
        targets=tuple(getattr(options, "targets", None) or ()),
        settings=settings_of(options),
        fail_fast=True if getattr(options, "fail_fast", False) else None,
        unsupported_ok=True if getattr(options, "unsupported_ok", False) else None,
        jobs=getattr(options, "jobs", None),
        share_device=True if getattr(options, "share_device", False) else None,
    )
