"""Node ids of the suite's items: ``conformance::OPERATOR::SUBJECT::CHECK``.

The operator's own subject is left out, and a device other than ``cpu`` stands in brackets behind
the check: ``conformance::my_norm::my_kernel.py:norm::values[cuda:1]``. No path can look like this:
pytest refuses ``FOLDER::NAME``. Imports nothing of the suite until an id is read.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

ROOT = "conformance"
"""The node under which all others are."""
_MARK = f"{ROOT}::"
_CHECK = re.compile(r"(?P<check>\w+)(\[(?P<device>[^\[\]]+)\])?")
_REGISTERED = re.compile(r"\w+::\w+(\.\w+)?")
"""A subject that is registered with torch; no other has ``::`` in its name."""
USUAL_DEVICE = "cpu"


@dataclass(frozen=True)
class Named:
    """What a node id names. None and ``""``: the id does not say."""

    operator: str
    subject: str | None = None
    check: str = ""
    device: str = ""


def subject_id(operator: str, subject: str | None) -> str:
    """The id of all checks of a subject."""
    return "::".join([ROOT, operator, *([subject] if subject is not None else [])])


def item_name(check: str, device: str) -> str:
    """The last part of an id."""
    return check if device == USUAL_DEVICE else f"{check}[{device}]"


def is_id(argument: str) -> bool:
    """Whether an argument of pytest is an id of the suite's."""
    return argument.startswith(_MARK)


def run_of(node_id: str) -> str:
    """What the ids of all checks of one subject on one device have in common."""
    head, _, last = node_id.rpartition("::")
    found = _CHECK.fullmatch(last)
    return f"{head}[{(found and found['device']) or USUAL_DEVICE}]"


def parse(argument: str, registered: Collection[str] = ()) -> Named:
    """What an id names. ``registered`` are operators that have ``::`` in their names themselves.

    Raises :class:`~conformance.events.loading.UsageError` for what is no id.
    """
    from conformance.checks.listing import every_listed
    from conformance.events.loading import LOAD, UsageError
    from conformance.policy.nearest import did_you_mean

    operator, _, rest = argument.removeprefix(_MARK).partition("::")
    first, _, behind = rest.partition("::")
    if f"{operator}::{first}" in registered:
        operator, rest = f"{operator}::{first}", behind
    if not operator:
        raise UsageError(f"{argument!r} names nothing: write {_MARK}OPERATOR::SUBJECT::CHECK")
    known = [LOAD, *(check.id for check in every_listed())]
    subject, _, last = rest.rpartition("::")
    found = _CHECK.fullmatch(last)
    if found and found["check"] in known:
        return Named(operator, subject or None, found["check"], found["device"] or "")
    if "::" not in rest or _REGISTERED.fullmatch(rest):
        return Named(operator, rest or None)
    hint = did_you_mean(found["check"] if found else last, known)
    raise UsageError(f"{argument}: no check {last!r}; known: {', '.join(known)}{hint}")
