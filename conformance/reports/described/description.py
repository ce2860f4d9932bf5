"""What ``conformance describe`` says of an operator. Imports no torch."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from conformance.catalogue.objects import load_object
from conformance.contract import AnyAxis, Contract, LeadingAxes, Operator
from conformance.reports.described.argument_text import argument_lines, type_text
from conformance.reports.described.output_text import (
    derived_lines,
    output_lines,
    output_type,
    state_lines,
)
from conformance.reports.described.refusals import refusals
from conformance.reports.described.stub import head, stub
from conformance.reports.described.words import columns, range_text
from conformance.reports.tables.released_text import released_lines

WIDTH = 100
"""Columns of a line, whatever the terminal has: the text is the same everywhere."""


@dataclass(frozen=True)
class Section:
    """A part of a description: a title, and lines under it."""

    title: str
    lines: list[str]
    wrap: bool = True
    indent: str = "  "
    """Nothing for what is pasted elsewhere."""


def describe(operator: Operator) -> list[Section]:
    """Everything that the contract says, and who implements it; empty parts are left out."""
    contract = operator.contract
    sections = [
        Section("signature", head(contract).splitlines(), wrap=False),
        Section("arguments", _arguments(contract)),
        Section("axes", [line for axis in contract.axes for line in _axis(axis)]),
        Section("constraints", [constraint.text for constraint in contract.constraints]),
        Section("choices: words of a case, the first is usual", _choices(contract)),
        Section(
            "outputs: owed is the fp64 oracle's value, m the reference's magnitude (or 1)",
            _outputs(contract),
        ),
        Section(_states_title(contract), _states(contract)),
        Section("promised beyond single calls", _promises(contract)),
        Section("refused: a call has to raise unless this holds", _refused(contract)),
        Section("not asked", list(contract.not_asked)),
        Section("others' cases that check sizes runs", [grid.source for grid in contract.grids]),
        Section(
            "sizes of released models, asked together by check sizes", released_lines(contract)
        ),
        Section("subjects", subjects(operator), wrap=False),
        Section("settings of a subject", _settings(operator)),
        Section("releases", _releases(operator)),
        Section("a stub to paste", stub(contract).splitlines(), wrap=False, indent=""),
    ]
    return [section for section in sections if section.lines]


def describe_family(summaries: dict[str, str]) -> list[Section]:
    """The members of a family, by name, with their summaries."""
    return [Section("operators of this family", columns(list(summaries.items())), wrap=False)]


def lines_of(sections: Iterable[Section]) -> Iterable[tuple[str, bool]]:
    """Each line of the description, and whether it is a title."""
    for section in sections:
        yield "", False
        yield section.title, True
        for line in section.lines:
            if not section.wrap:
                yield f"{section.indent}{line}".rstrip(), False
                continue
            indent = section.indent + " " * (len(line) - len(line.lstrip()))
            wrapped = textwrap.wrap(
                line.lstrip(), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ",
                break_on_hyphens=False,
            )  # fmt: skip
            yield from ((part, False) for part in wrapped)


def subjects(operator: Operator) -> list[str]:
    """How each known implementation is asked for, and where it lies."""
    own = [(f"--subject {name}", place) for name, place in operator.subjects.items()]
    released = [
        (f"--subject {r.package}[==VERSION]", r.load or f"{r.file}:{r.function}")
        for r in operator.releases
    ]
    return columns([*own, *released]) if own or released else []


def _settings(operator: Operator) -> list[str]:
    lines = []
    for setting in operator.settings:
        words = f" ({', '.join(setting.words)})" if setting.words else ""
        lines.append(f"--{setting.name}: {setting.meaning}{words}")
    return lines


def _arguments(contract: Contract) -> list[str]:
    lines = []
    for argument in contract.arguments:
        lines.append(f"{argument.name}: {type_text(argument)}")
        lines += [f"  {line}" for line in argument_lines(argument)]
    return lines


def _axis(axis: AnyAxis) -> list[str]:
    if isinstance(axis, LeadingAxes):
        ranks = range_text(axis.least_rank, axis.most_rank)
        sizes = f"{ranks} leading dimensions, each {range_text(axis.least, None)}"
        lines = [f"*{axis.name}: {axis.meaning}; {sizes}, usually {axis.usual}"]
    else:
        sizes = range_text(axis.least, axis.most)
        lines = [f"{axis.name}: {axis.meaning}; {sizes}, usually {axis.usual}"]
    if axis.edges:
        lines.append(f"  edges: {', '.join(map(str, axis.edges))}")
    return lines


def _choices(contract: Contract) -> list[str]:
    return [f"{c.name}: {', '.join(c.words)}; {c.meaning}" for c in contract.choices]


def _outputs(contract: Contract) -> list[str]:
    lines = []
    for output in contract.outputs:
        lines.append(f"{output.name}: {output_type(contract, output)}")
        lines += [f"  {line}" for line in output_lines(contract, output)]
    for derived in contract.derived:
        lines += derived_lines(derived)
    if contract.unspecified:
        lines.append("the contract leaves some elements open, by what the arguments hold")
    return lines


def _states_title(contract: Contract) -> str:
    within = any(state.budget is not None for state in contract.states)
    return "states: compared bit for bit" + (", or within their budget" * within)


def _states(contract: Contract) -> list[str]:
    return [line for state in contract.states for line in state_lines(state)]


def _promises(contract: Contract) -> list[str]:
    lines = []
    if contract.deterministic:
        lines.append("equal inputs give equal bits")
    if contract.independent:
        lines.append(f"every entry along {contract.independent} is treated for itself")
    return lines


def _refused(contract: Contract) -> list[str]:
    """A line for each argument: what has to hold of it."""
    owed: dict[str, list[str]] = {}
    for refusal in refusals(contract):
        wanted = refusal.wanted.removeprefix(f"{refusal.argument} of ")
        mark = "*" if refusal.may_answer else ""
        owed.setdefault(refusal.argument, []).append(wanted + mark)
    lines = [f"{name}: {'; '.join(wanted)}" for name, wanted in owed.items()]
    if any(refusal.may_answer for refusal in refusals(contract)):
        lines.append("*: an answer that is right for the values given is accepted as well")
    return lines


def _releases(operator: Operator) -> list[str]:
    """The versions that are known to hold the operator, oldest first."""
    named = [(r.package, r.versions) for r in operator.releases if r.versions]
    return [f"{package}: {', '.join(load_object(versions))}" for package, versions in named]
