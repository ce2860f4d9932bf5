"""What the log of ``conformance registrations --json`` says: operators, verdicts and findings."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from conformance.events.identity import RunIdentity
from conformance.reports.failure import Origin, replay_command

STATIC = frozenset({"load", "registered", "imports", "dispatch", "signature"})
"""Checks that are decided without a call of the operator."""


@dataclass
class Told:
    """A distinct finding: a check and its message without numbers.

    ``example`` is the first operator that shows it, ``line`` where that is registered, ``replay``
    the command that the report prints for it.
    """

    check: str
    message: str
    example: str
    line: str
    got: str
    replay: str
    operators: set[str] = field(default_factory=set)


@dataclass
class Log:
    """``called`` has operators of which a check with calls was decided, ``static`` those of which
    only other checks were."""

    operators: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    verdicts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why checks were not decided."""
    told: dict[tuple[str, str], Told] = field(default_factory=dict)

    @property
    def static(self) -> set[str]:
        return self.operators - self.called


def read_log(document: Mapping[str, Any]) -> Log:
    """The log of one command."""
    log = Log()
    for event in document["events"]:
        if event["event"] != "CheckFinished":
            continue
        name, check, verdict = event["run"]["operator"], event["check"], event["verdict"]
        log.operators.add(name)
        if verdict in ("PASS", "FAIL") and check not in STATIC:
            log.called.add(name)
        if check != "load" or verdict != "PASS":
            log.verdicts[verdict] += 1
        if verdict not in ("PASS", "FAIL"):
            log.reasons[f"{verdict}: {_without_numbers(event['reason'])}"] += 1
        for failure in event["failures"]:
            _note(log, event, failure)
    return log


def _note(log: Log, event: Mapping[str, Any], failure: Mapping[str, Any]) -> None:
    name = event["run"]["operator"]
    for finding in failure["findings"]:
        message = _without_numbers(finding["message"])
        key = event["check"], message
        if key not in log.told:
            case = failure["case"]
            command = replay_command(case, Origin.of(_run(event["run"]))) if case else ""
            got = " ".join(f"{finding['about']}: {finding.get('got', '')}".split())
            log.told[key] = Told(*key, name, finding.get("line", ""), got, command)
        log.told[key].operators.add(name)


def _run(data: Mapping[str, Any]) -> RunIdentity:
    known = {each.name for each in fields(RunIdentity)}
    values = {name: value for name, value in data.items() if name in known}
    return RunIdentity(**{**values, "options": tuple(values.get("options", ()))})


def _without_numbers(text: str) -> str:
    return re.sub(r"(?<![\w.])-?\d+(\.\d+)*", "N", text)
