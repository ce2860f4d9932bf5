"""From a few digits, or from nothing, to a failure that is recorded."""

import argparse
import re
from difflib import get_close_matches
from pathlib import Path

from conformance.cli.options.choices import choices_of, configuration_of
from conformance.events.case_id import DIGITS, FEWEST_DIGITS
from conformance.policy.failures import FailureRecord, RecordedFailure, RecordTrouble
from conformance.reports.foreign import one_line
from conformance.runs.configured import store_of

LISTED = "conformance replay --list shows all that are recorded"
_HEXADECIMAL = re.compile(f"[0-9a-fA-F]{{1,{DIGITS}}}")
_MOST_NAMED = 8


def record_of(options: argparse.Namespace) -> FailureRecord:
    """The record that belongs to the folder of kept cases."""
    folder = store_of(choices_of(options).over(configuration_of(options).choices))
    return FailureRecord.beside(Path(folder) if folder else None)


def recorded(options: argparse.Namespace) -> RecordedFailure | None:
    """The failure that is meant; None if the command has the line of a case.

    Raises ``ValueError`` for digits that mean none or several, and where nothing is recorded.
    """
    if options.last and (options.case or options.name):
        raise ValueError("--last and a case: name one")
    if options.last:
        found = _read(options, of_last_run=True)
        if not found:
            raise ValueError("no failure is recorded: nothing failed where cases are kept")
        return found[0]
    text = options.case or options.name
    if text is None:
        raise ValueError(f"name a case, or --last; {LISTED}")
    if options.case is None:
        options.case, options.name = text, None
    if not _HEXADECIMAL.fullmatch(text):
        return None
    if len(text) < FEWEST_DIGITS:
        raise ValueError(f"{text!r} is too short: give {FEWEST_DIGITS} digits of an id; {LISTED}")
    return _meant(text.lower(), _read(options))


def _meant(digits: str, known: list[RecordedFailure]) -> RecordedFailure:
    found = [each for each in known if each.id.startswith(digits)]
    if len(found) == 1:
        return found[0]
    if found:
        named = ", ".join(f"{each.id} ({each.operator}, {each.check})" for each in found)
        raise ValueError(one_line(f"{digits} may be {named}: give more digits"))
    near = get_close_matches(digits, [each.id[: len(digits)] for each in known], 3, 0.5)
    ids = dict.fromkeys(e.id for part in near for e in known if e.id.startswith(part))
    hint = f"; did you mean {' or '.join([*ids][:_MOST_NAMED])}?" if ids else ""
    raise ValueError(f"no failure {digits} is recorded{hint}; {LISTED}")


def _read(options: argparse.Namespace, of_last_run: bool = False) -> list[RecordedFailure]:
    record = record_of(options)
    try:
        return record.of_last_run() if of_last_run else record.newest_first()
    except RecordTrouble as trouble:
        raise ValueError(str(trouble)) from trouble


def options_of(
    failure: RecordedFailure, options: argparse.Namespace, parser: argparse.ArgumentParser
) -> argparse.Namespace:
    """The options with which a failure is replayed; what the command says itself stands.

    ``parser`` reads the words of ``conformance replay``.
    """
    asked = parser.parse_args(failure.words)
    said_nothing = vars(parser.parse_args(["x"]))
    for name, value in vars(options).items():
        if name in said_nothing and value != said_nothing[name] and name not in ("name", "case"):
            setattr(asked, name, value)
    if asked.case is None:
        asked.case, asked.name = asked.name, None
    return asked


def recorded_lines(options: argparse.Namespace) -> list[str]:
    """A line for each failure that is recorded, newest first. Raises ``ValueError``."""
    failures = _read(options)
    if not failures:
        return ["no failure is recorded"]
    widths = [
        max(len(part) for part in parts) for parts in zip(*map(_parts, failures), strict=True)
    ]
    return [
        "  ".join(part.ljust(width) for part, width in zip(_parts(each), widths, strict=True))
        + f"  {one_line(each.message)}"
        for each in failures
    ]


def _parts(failure: RecordedFailure) -> tuple[str, ...]:
    subject = failure.subject or "(its own)"
    time = failure.time.replace("T", " ")[:16]
    return tuple(map(one_line, (failure.id, time, failure.operator, subject, failure.check)))
