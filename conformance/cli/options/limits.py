"""Limits as the command line gives them."""

import argparse

from conformance.cli.options.choices import chosen_limits
from conformance.events.request import Limits


def limits_of(options: argparse.Namespace) -> Limits:
    """The limits of a run that reads no configuration."""
    return chosen_limits(options).limits()
