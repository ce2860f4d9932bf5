"""A failure as a small report: what was asked, what came, what is owed, and how to see it again."""

import shlex
from dataclasses import dataclass

from conformance.case import Case, CaseError
from conformance.events.case_id import case_id
from conformance.events.events import CheckFinished, Failure, LeftOut
from conformance.events.finding import Kind
from conformance.events.identity import RunIdentity
from conformance.reports.foreign import indented

_WORDS = {"got": "got", "wanted": "wanted", "where": "where", "line": "line", "when": "condition"}
"""Words of a report, each with the field of a finding that it tells."""
_WIDTH = 8
"""Columns of a word of a report, with the space behind it."""


def asked(line: str) -> str:
    """A case in words: ``gemma4_routing(T=3, E=8, K=2)  gating bfloat16, normal, dense; …``."""
    try:
        case = Case.parse(line)
    except CaseError:
        return line
    sizes = ", ".join(f"{name}={size}" for name, size in case.axes.items())
    tensors = [f"{n} {s.dtype}, {s.values}, {s.layout}" for n, s in case.tensors.items()]
    options = [f"{name} {value}" for name, value in case.options.items()]
    return f"{case.contract}({sizes})  " + "; ".join(tensors + options)


@dataclass(frozen=True)
class Origin:
    """What was asked for when a failure was found, as texts of the command line."""

    operator: str
    subject: str | None = None
    device: str = "cpu"
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, run: RunIdentity) -> "Origin":
        """What was asked for in a run."""
        return cls(run.operator, run.subject, run.device, run.options)


def replay_command(line: str, origin: Origin) -> str:
    """The command that runs a case again; a call for a subject that only Python can name.

    It names the operator apart from the case: a case alone never names a file or a module.
    """
    if origin.subject and origin.subject.startswith("<"):
        return f"conformance.replay({line!r}, OPERATOR, {origin.subject[1:-1]}), from Python"
    words = ["conformance", "replay"]
    if origin.operator.startswith("-"):
        words += _option("--operator", origin.operator)
    else:
        words.append(origin.operator)
    words.append(line)
    if origin.subject:
        words += _option("--subject", origin.subject)
    words += origin.options
    if origin.device != "cpu":
        words += _option("--device", origin.device)
    return shlex.join(words)


def _option(name: str, value: str) -> list[str]:
    """An option as words of a command line; a value that looks like an option is joined to it."""
    return [f"{name}={value}"] if value.startswith("-") else [name, value]


def replay_of(line: str, run: RunIdentity, recorded: bool = False) -> str:
    """What replays a case: its short id if that is ``recorded``, else the whole command."""
    if recorded and line:
        return f"conformance replay {case_id(run, line)}"
    return replay_command(line, Origin.of(run))


def failure_lines(
    failure: Failure, origin: Origin, brief: bool = False, seen: bool = True, replay: str = ""
) -> list[str]:
    """The report of one failure, without its headline, unindented: a line for each text.

    Every line begins with a word of the report, or is indented: whatever a subject says, no line
    looks like a verdict. A brief one leaves out what the replay command says too. ``seen`` is
    whether it says in how many cases; ``replay`` replays it, if that is not the whole command.
    """
    lines = [f"seen    in {failure.cases} cases"] if seen and failure.cases > 1 else []
    case = failure.case and not brief
    if case:
        lines.append(f"asked   {asked(failure.case)}")
    for finding in failure.findings:
        lines.append(f"found   {finding.about}: {finding.message}")
        for word, name in _WORDS.items():
            told = getattr(finding, name)
            if told and not (name == "line" and told in finding.where):
                lines.append(f"{word:<{_WIDTH}}{told}")
    if failure.waiver:
        lines.append(f"waived  by {failure.waiver}")
    if case:
        lines.append(f"case    {failure.case}")
    if failure.case:
        lines.append(f"replay  {replay or replay_command(failure.case, origin)}")
    return [line for text in lines for line in indented(text, " " * _WIDTH).split("\n")]


def distinct_text(event: CheckFinished) -> str:
    """How many distinct findings a check has that no waiver covers; empty for none and for one."""
    own = [failure for failure in event.failures if failure.waiver is None]
    count = sum(failure.finding.kind is not Kind.WAIVER for failure in own)
    return f"{count} distinct findings" if count > 1 else ""


def headline(event: CheckFinished) -> str:
    """A check on one line; a reason that has more is indented."""
    words = [f"{event.verdict:<11}", f"{event.check:<10} "]
    if event.execution:
        words.append(f"{event.execution:<9}")
    facts = []
    if event.cases:
        facts.append(f"{event.cases} case" + ("s" if event.cases != 1 else ""))
    if count := distinct_text(event):
        facts.append(count)
    if event.seconds >= 0.05:
        facts.append(f"{event.seconds:.1f} s")
    if larger := len(event.left_out.get(LeftOut.PROFILE, ())):
        facts.append(f"{larger} larger ones left out by the profile")
    if event.is_warning:
        facts.append("a warning: it decides nothing")
    if event.reason:
        facts.append(event.reason)
    return indented(" ".join(words) + ", ".join(facts))
