"""Limits as the command line gives them."""

import argparse

from conformance.events.request import GIB, Limits


def limits_of(options: argparse.Namespace) -> Limits:
    """The limits of a run."""
    return Limits(
        call_seconds=options.call_seconds,
        load_seconds=options.load_seconds,
        memory=int(options.memory * GIB),
    )
