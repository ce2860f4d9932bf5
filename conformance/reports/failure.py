"""A failure as a small report: what was asked, what came, what is owed, and how to see it again."""

import re
import shlex
from dataclasses import dataclass

from conformance.case import Case
from conformance.events.events import CheckFinished, Failure, LeftOut
from conformance.events.finding import Kind
from conformance.events.identity import RunIdentity

_WORDS = {"got": "got", "wanted": "wanted", "where": "where", "line": "line", "when": "condition"}
"""Words of a report, each with the field of a finding that it tells."""
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def asked(line: str) -> str:
    """A case in words: ``gemma4_routing(T=3, E=8, K=2)  gating bfloat16, normal, dense; …``."""
    case = Case.parse(line)
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

    @classmethod
    def of(cls, run: RunIdentity) -> "Origin":
        """What was asked for in a run."""
        return cls(run.operator, run.subject, run.device)


def replay_command(line: str, origin: Origin) -> str:
    """The command that runs a case again; a call for a subject that only Python can name."""
    if origin.subject and origin.subject.startswith("<"):
        return f"conformance.replay({line!r}, OPERATOR, {origin.subject[1:-1]}), from Python"
    words = ["conformance", "replay", shlex.quote(line)]
    if origin.operator != Case.parse(line).contract:
        words += ["--operator", shlex.quote(origin.operator)]
    if origin.subject:
        words += ["--subject", shlex.quote(origin.subject)]
    if origin.device != "cpu":
        words += ["--device", origin.device]
    return " ".join(words)


def printable(text: str) -> str:
    """A text without what neither a terminal nor XML bears: control characters, half surrogates."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def failure_lines(failure: Failure, origin: Origin, brief: bool = False) -> list[str]:
    """The report of one failure, without its headline, unindented.

    A brief one leaves out what the replay command says too.
    """
    case = failure.case and not brief
    lines = [f"seen    in {failure.cases} cases"] if failure.cases > 1 else []
    if case:
        lines.append(f"asked   {asked(failure.case)}")
    for finding in failure.findings:
        lines.append(f"found   {finding.about}: {finding.message}")
        for word, name in _WORDS.items():
            told = getattr(finding, name)
            if told and not (name == "line" and told in finding.where):
                lines.append(f"{word:<8}" + told.replace("\n", "\n        "))
    if failure.waiver:
        lines.append(f"waived  by {failure.waiver}")
    if case:
        lines.append(f"case    {failure.case}")
    if failure.case:
        lines.append(f"replay  {replay_command(failure.case, origin)}")
    return [printable(line) for line in lines]


def distinct_text(event: CheckFinished) -> str:
    """How many distinct findings a check has that no waiver covers; empty for none and for one."""
    own = [failure for failure in event.failures if failure.waiver is None]
    count = sum(failure.finding.kind is not Kind.WAIVER for failure in own)
    return f"{count} distinct findings" if count > 1 else ""


def headline(event: CheckFinished) -> str:
    """A check on one line."""
    words = [f"{event.verdict:<11}", f"{event.check:<11}"]
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
    if event.reason:
        facts.append(event.reason)
    return printable(" ".join(words) + ", ".join(facts))
