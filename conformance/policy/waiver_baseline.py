"""Waivers for what fails today, written by a command and filled in by a person."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from glob import escape
from hashlib import sha256

from conformance.events.events import CheckFinished, Event, Failure, Ready
from conformance.events.finding import Kind
from conformance.policy.waivers import TO_FILL_IN, Waiver

EVERY_CASE = "1 == 1"
"""The condition of a waiver that speaks of every case of a check."""
_HEAD = """\
# Failures that are known. The command that wrote an entry left issue, owner and expires empty: what
# it covers fails until somebody fills them in (expires = 2027-01-31). A waiver that no case needs
# any more fails too: remove it.
"""


def baseline(events: Iterable[Event]) -> list[Waiver]:
    """A waiver for each finding that fails and that no waiver speaks of, in order.

    It speaks of the finding in any case (``some``), since which cases show it changes with the
    seed, and of all checks that show it. Place and cause are said only where two findings of a
    check have the same ``about`` and ``kind``.
    """
    found: dict[str, Waiver] = {}
    ready: dict[str, Ready] = {}
    for event in events:
        if isinstance(event, Ready):
            ready[event.run.id] = event
        if isinstance(event, CheckFinished) and event.run.id in ready:
            for failure in _own(event.failures):
                waiver = _waiver(ready[event.run.id], event, failure)
                first = found.setdefault(waiver.id, waiver)
                checks = tuple(dict.fromkeys((*first.checks, event.check)))
                found[waiver.id] = replace(first, check=checks)
    return list(found.values())


def as_toml(waivers: Sequence[Waiver], before: str = "") -> str:
    """A file of waivers: what it held before, and these behind it."""
    text = before.rstrip("\n") + "\n" if before.strip() else _HEAD
    return text + "".join(f"\n[[waiver]]\n{_entry(waiver)}" for waiver in waivers)


def _own(failures: Iterable[Failure]) -> list[Failure]:
    """The failures that no waiver speaks of."""
    return [
        failure
        for failure in failures
        if failure.waiver is None
        and failure.case
        and not any(finding.kind is Kind.WAIVER for finding in failure.findings)
    ]


def _waiver(ready: Ready, event: CheckFinished, failure: Failure) -> Waiver:
    finding = failure.finding
    alike = [
        other.finding
        for other in _own(event.failures)
        if (other.finding.about, other.finding.kind) == (finding.about, finding.kind)
    ]
    line = finding.line if len({other.line for other in alike}) > 1 else ""
    cause = finding.cause if len({other.cause for other in alike}) > 1 else ""
    contract, subject, device = ready.contract, ready.subject, event.run.device
    words = "\0".join([contract, subject, device, finding.about, finding.kind, line, cause])
    return Waiver(
        id=f"{contract}-{finding.about}-{finding.kind}-{sha256(words.encode()).hexdigest()[:6]}",
        issue="",
        owner="",
        reason=f"{finding.about}: {finding.message}"[:300],
        contract=contract,
        subject=escape(subject) if ":" in subject else subject,
        check=event.check,
        case=EVERY_CASE,
        expires=None,
        device=escape(device),
        about=escape(finding.about),
        kind=str(finding.kind),
        line=escape(line),
        cause=escape(cause),
        some=True,
    )


def _entry(waiver: Waiver) -> str:
    lines = []
    for field in fields(waiver):
        value = getattr(waiver, field.name)
        if field.name in TO_FILL_IN and not value:
            lines.append(f'{field.name} = ""  # fill in')
        elif isinstance(value, bool):
            lines += [f"{field.name} = true"] if value else []
        elif isinstance(value, tuple):
            lines.append(f"{field.name} = [{', '.join(map(_toml, value))}]")
        elif value:
            lines.append(f"{field.name} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """A text as TOML writes it: as JSON does, but for the character DEL."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007F")
