"""What is said of subjects at the end of a session, out of what was said of each of their items."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from conformance.events.events import CheckFinished
from conformance.events.loading import LOAD
from conformance.events.request import Request
from conformance.events.severity import Severity
from conformance.events.verdict import ExitCode, Verdict, exit_code, overall
from conformance.pytest_plugin.asked import Asked
from conformance.pytest_plugin.node_ids import USUAL_DEVICE
from conformance.reports.foreign import one_line

Said = dict[str, str]
"""What is said of an item; plain texts, which the processes of pytest-xdist can send."""


def said_of(event: CheckFinished, request: Request, group: str, allowed: bool) -> Said:
    """What is kept of a check that an item asked. ``group`` and ``allowed``: see :class:`Asked`."""
    return {
        "group": group,
        "operator": request.operator,
        "subject": request.subject or "",
        "device": request.device,
        "seed": str(request.seed),
        "check": event.check,
        "verdict": str(event.verdict),
        "severity": str(event.severity),
        "allowed": "yes" if allowed else "",
    }


@dataclass(frozen=True)
class Undecided:
    """A subject of which nothing was decided, with the verdict; ``allowed``: nobody minds."""

    text: str
    allowed: bool


def undecided(asked: Sequence[Asked], told: Mapping[str, Said]) -> list[Undecided]:
    """The subjects of which nothing was decided."""
    groups: dict[tuple[str, str, str], list[Said]] = {}
    allowed: dict[tuple[str, str, str], bool] = {}
    for each in asked:
        key = each.group, each.subject or "", each.device
        groups[key], allowed[key] = [], each.allowed
    for said in told.values():
        key = said["group"], said["subject"], said["device"]
        groups.setdefault(key, []).append(said)
        allowed.setdefault(key, bool(said["allowed"]))
    found = []
    for key, items in groups.items():
        # As in a run: that the subject loads decides nothing, unless nothing else is asked.
        verdict = overall(map(_verdict, _deciding(items) or items))
        if exit_code(verdict) is ExitCode.UNDECIDED:
            found.append(Undecided(f"{_shortest(key, groups)} ({verdict})", allowed[key]))
    return found


def _shortest(key: tuple[str, str, str], keys: Iterable[tuple[str, str, str]]) -> str:
    """The subject, with the operator and the device where another key has the same subject."""
    group, subject, device = key
    same = [each for each in keys if each[1] == subject]
    words = [subject] if subject and len({each[0] for each in same}) == 1 else [group, subject]
    on = _on(device) if len({each[2] for each in same}) > 1 else ""
    return ", ".join(filter(None, words)) + on


def run_key(operator: str, subject: str, device: str) -> str:
    """What a run is called: its operator, its subject and its device."""
    return ", ".join(filter(None, (operator, subject))) + _on(device)


def summary(
    asked: Sequence[Asked], told: Mapping[str, Said], causes: Mapping[str, Sequence[str]]
) -> list[str]:
    """Lines for each subject that was judged, and one for each of which nothing was decided.

    ``causes`` are those of each run, line by line.
    """
    runs: dict[str, list[Said]] = {}
    for said in told.values():
        key = run_key(said["operator"], said["subject"], said["device"])
        runs.setdefault(key, []).append(said)
    expected = {
        run_key(each.plan.request.operator, each.subject or "", each.device): len(
            [check for check in each.items if check.id != LOAD]
        )
        for each in asked
    }
    lines = []
    for key, items in runs.items():
        deciding = _deciding(items)
        if not deciding or exit_code(overall(map(_verdict, deciding))) is ExitCode.UNDECIDED:
            continue
        text = _verdict_text(deciding, expected.get(key, 0))
        lines.append(one_line(f"conformance: {key}: {text}; seed {items[0]['seed']}"))
        lines += [f"  {line}" for line in causes.get(key, ())]
    for each in undecided(asked, told):
        lines.append(one_line(f"conformance: nothing was decided of {each.text}"))
    return lines


def _verdict_text(items: Sequence[Said], expected: int) -> str:
    failing = [said["check"] for said in items if _verdict(said) is Verdict.FAIL]
    count = len(items)
    if failing == [LOAD]:
        return "not conformant: the subject cannot be loaded"
    if failing:
        verb = "fails" if len(failing) == 1 else "fail"
        text = f"not conformant: {len(failing)} of {_checks(count)} {verb} ({_names(failing)})"
    elif count < expected:
        text = f"conformant as far as it was asked, {count} of {_checks(expected)}"
    else:
        passing = sum(_verdict(said) is Verdict.PASS and not _warns(said) for said in items)
        text = f"conformant: {_checks(passing)} pass" + ("es" if passing == 1 else "")
    for verdict, word in _FURTHER.items():
        if found := [said["check"] for said in items if _verdict(said) is verdict]:
            text += f", {len(found)} {word}"
            text += f" ({_names(found)})" if verdict is Verdict.ERROR else ""
    if warning := [said["check"] for said in items if _warns(said)]:
        text += f", {len(warning)} only warned of ({_names(warning)})"
    return text


_FURTHER = {
    Verdict.ERROR: "could not be judged",
    Verdict.WAIVED: "waived",
    Verdict.UNSUPPORTED: "unsupported here",
    Verdict.NOT_RUN: "not run",
}


def _verdict(said: Said) -> Verdict:
    """The verdict of an item; a failure that only warns has failed nothing."""
    verdict = Verdict(said["verdict"])
    return Verdict.PASS if _warns(said) else verdict


def _warns(said: Said) -> bool:
    return said["severity"] == Severity.WARN and said["verdict"] == Verdict.FAIL


def _deciding(items: Iterable[Said]) -> list[Said]:
    """Those that decide: that a subject loads does not."""
    return [said for said in items if said["check"] != LOAD or _verdict(said) != Verdict.PASS]


def _checks(count: int) -> str:
    return f"{count} check" + ("s" if count != 1 else "")


def _names(checks: Sequence[str]) -> str:
    """Up to six names."""
    rest = len(checks) - 6
    return ", ".join(checks[:6]) + (f" and {rest} more" if rest > 0 else "")


def _on(device: str) -> str:
    return "" if device == USUAL_DEVICE else f" on {device}"
