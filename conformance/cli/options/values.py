"""What the values of options may be; anything else is told in the words of a user."""

import argparse
import math
from pathlib import Path

from conformance.events.severity import Severity


def words(text: str) -> str:
    """A text that says something."""
    if not text.strip():
        raise argparse.ArgumentTypeError(f"{text!r} says nothing: leave it out, or name one")
    return text


def file_or_folder(text: str) -> Path:
    """A path."""
    return Path(words(text))


def amount(text: str) -> float:
    """A finite number above zero."""
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    if value == math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no limit: give a number")
    return value


def count(text: str) -> int:
    """A whole number above zero."""
    value = _whole(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above zero")
    return value


def seed(text: str) -> int:
    """A seed that torch takes."""
    from conformance.events.request import check_seed

    value = _whole(text)
    try:
        check_seed(value)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return value


def device(text: str) -> str:
    """The name of a device that exists."""
    from conformance.catalogue.devices import parse_device
    from conformance.catalogue.objects import SubjectNotFound

    try:
        return str(parse_device(text))
    except SubjectNotFound as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def index(text: str) -> int:
    """A number from 0."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0")
    return int(text)


def device_of(options: argparse.Namespace) -> str | None:
    """The device that ``--device`` and ``--config`` name; None if they name none.

    Raises ``ValueError`` if both choose a configuration.
    """
    named: str | None = options.device
    if getattr(options, "config", None) is None:
        return named
    named = named or "cpu"
    if ":config=" in named:
        raise ValueError("--config and --device both name a configuration: name one")
    return f"{named}:config={options.config}"


def severity(text: str) -> tuple[str, Severity]:
    """``ID=deny``, ``ID=warn`` or ``ID=off``."""
    check, _, level = text.partition("=")
    if not check or level not in list(Severity):
        raise argparse.ArgumentTypeError(
            f"{text!r}: write ID=deny, ID=warn or ID=off, as arguments=warn"
        )
    return check, Severity(level)


def targets(text: str) -> tuple[str, ...]:
    """Names of GPUs that kernels can be built for."""
    from conformance.targets.gpus import parse_targets

    try:
        return parse_targets(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def file_to_write(text: str) -> Path:
    """The path of a file. Standard output is none: a report is written anew after every check."""
    path = Path(text)
    if not text.strip() or text == "-" or path.is_dir():
        raise argparse.ArgumentTypeError(f"{text!r} is no file to write: give a path")
    return path


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number") from None
